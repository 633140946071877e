using Bastion.Server.Identity;
using Bastion.Ssh;
using Dapper;

namespace Bastion.Server.Storage;

// Enrolled public keys, found by fingerprint.
internal sealed class KeyStore(Database database)
{
    private const string Columns = """
        SELECT k.public_key, u.name, k.user_id, k.epoch, k.comment, k.added, k.added_by, k.expires
        FROM enrolled_key k JOIN user u ON u.id = k.user_id
        """;

    internal IReadOnlyList<EnrolledKey> List(string? userName) => database.Read<IReadOnlyList<EnrolledKey>>(connection =>
        [.. connection.Query<KeyRow>($"{Columns} WHERE @userName IS NULL OR u.name = @userName ORDER BY u.name, k.added", new { userName })
            .Select(row => row.ToRecord())]);

    internal EnrolledKey? Find(string fingerprint) => database.Read(connection =>
        connection.QuerySingleOrDefault<KeyRow>($"{Columns} WHERE k.fingerprint = @fingerprint", new { fingerprint })?.ToRecord());

    // Enrolling a key of the same user again renews it. False: the key is another user's.
    internal bool Add(EnrolledKey key) => database.Write(connection => connection.Execute(
        """
        INSERT INTO enrolled_key (fingerprint, user_id, epoch, public_key, comment, added, added_by, expires)
        VALUES (@Fingerprint, @UserId, @Epoch, @PublicKey, @Comment, @Added, @AddedBy, @Expires)
        ON CONFLICT (fingerprint) DO UPDATE SET
            epoch = excluded.epoch, comment = excluded.comment, added = excluded.added, added_by = excluded.added_by, expires = excluded.expires
        WHERE user_id = excluded.user_id
        """,
        new
        {
            key.Key.Fingerprint,
            key.UserId,
            key.Epoch,
            PublicKey = key.Key.ToText(),
            key.Comment,
            Added = key.Added.ToUnixTimeMilliseconds(),
            key.AddedBy,
            Expires = key.Expires.ToUnixTimeMilliseconds(),
        }) == 1);

    internal bool Remove(string fingerprint) => database.Write(connection =>
        connection.Execute("DELETE FROM enrolled_key WHERE fingerprint = @fingerprint", new { fingerprint }) == 1);

    private sealed record KeyRow(
        string PublicKey, string Name, long UserId, long Epoch, string Comment, long Added, string AddedBy, long Expires)
    {
        // Throws SshFormatException when the row was damaged: the sign-in fails and nobody gets in.
        internal EnrolledKey ToRecord() => new()
        {
            Key = Ssh.PublicKey.TryParseText(PublicKey, out PublicKey? key, out _, out string? error)
                ? key
                : throw new SshFormatException($"The key of {Name} in the database cannot be read: {error}"),
            UserId = UserId,
            UserName = Name,
            Epoch = Epoch,
            Comment = Comment,
            Added = DateTimeOffset.FromUnixTimeMilliseconds(Added),
            AddedBy = AddedBy,
            Expires = DateTimeOffset.FromUnixTimeMilliseconds(Expires),
        };
    }
}
