using Bastion.Ssh;
using Dapper;

namespace Bastion.Server.Storage;

// Host keys of targets with `trust_on_first_use: true`. The first key stays until an administrator forgets it.
internal sealed class TargetKeyStore(Database database, TimeProvider time)
{
    internal PublicKey? Find(string target) => database.Read(connection =>
    {
        string? text = connection.QuerySingleOrDefault<string>("SELECT public_key FROM target_key WHERE target = @target", new { target });
        return text is null ? null : Parse(target, text);
    });

    // The key that counts from now on: the given one if it is the first, else the one known before. Two sessions that meet a new
    // target at the same time get the same answer.
    internal PublicKey Learn(string target, string address, PublicKey key) => database.Write(connection =>
    {
        connection.Execute(
            """
            INSERT INTO target_key (target, address, public_key, fingerprint, learned) VALUES (@target, @address, @text, @Fingerprint, @learned)
            ON CONFLICT DO NOTHING
            """,
            new { target, address, text = key.ToText(), key.Fingerprint, learned = time.GetUtcNow().ToUnixTimeMilliseconds() });
        return Parse(target, connection.QuerySingle<string>("SELECT public_key FROM target_key WHERE target = @target", new { target }));
    });

    // False: none was known.
    internal bool Forget(string target) => database.Write(connection =>
        connection.Execute("DELETE FROM target_key WHERE target = @target", new { target }) == 1);

    private static PublicKey Parse(string target, string text) =>
        PublicKey.TryParseText(text, out PublicKey? key, out _, out string? error)
            ? key
            : throw new SshFormatException($"The known host key of {target} in the database cannot be read: {error}");
}
