using System.Globalization;
using Dapper;

namespace Bastion.Server.Storage;

// Sessions, from their start on.
internal sealed class SessionStore(Database database, TimeProvider time)
{
    // What a session is given when its node died without a word.
    internal const string NodeLost = "NodeLost";

    private const string Columns = """
        SELECT s.id, s.connection_id, s.user_id, u.name, s.target, s.login, s.kind, s.client_address, s.fingerprint, s.serial, s.access_rule,
            s.revision, s.node, s.started, s.ended, s.end_reason, s.exit_status, s.bytes_in, s.bytes_out
        FROM session s JOIN user u ON u.id = s.user_id
        """;

    internal void Start(SessionRecord session) => database.Write(connection => connection.Execute(
        """
        INSERT INTO session
            (id, connection_id, user_id, target, login, kind, client_address, fingerprint, serial, access_rule, revision, node, started)
        VALUES
            (@Id, @ConnectionId, @UserId, @Target, @Login, @Kind, @ClientAddress, @Fingerprint, @Serial, @AccessRule, @Revision, @Node, @Started)
        """,
        new
        {
            session.Id,
            session.ConnectionId,
            session.UserId,
            session.Target,
            session.Login,
            session.Kind,
            session.ClientAddress,
            session.Fingerprint,
            Serial = session.Serial?.ToString(CultureInfo.InvariantCulture),
            session.AccessRule,
            session.Revision,
            session.Node,
            Started = session.Started.ToUnixTimeMilliseconds(),
        }));

    // The first end stands.
    internal void End(string id, DateTimeOffset ended, string endReason, uint? exitStatus, long bytesIn, long bytesOut) =>
        database.Write(connection => connection.Execute(
            """
            UPDATE session SET ended = @ended, end_reason = @endReason, exit_status = @exitStatus, bytes_in = @bytesIn, bytes_out = @bytesOut
            WHERE id = @id AND ended IS NULL
            """,
            new { id, ended = ended.ToUnixTimeMilliseconds(), endReason, exitStatus = (long?)exitStatus, bytesIn, bytesOut }));

    // At start: what this node left open when it died is over. Answers how many there were.
    internal int EndLost(string node) => database.Write(connection => connection.Execute(
        "UPDATE session SET ended = @now, end_reason = @NodeLost WHERE node = @node AND ended IS NULL",
        new { now = time.GetUtcNow().ToUnixTimeMilliseconds(), node, NodeLost }));

    internal SessionRecord? Find(string id) => database.Read(connection =>
        connection.QuerySingleOrDefault<SessionRow>($"{Columns} WHERE s.id = @id", new { id })?.ToRecord());

    // The newest first.
    internal IReadOnlyList<SessionRecord> List(string? userName, string? target, int limit) =>
        database.Read<IReadOnlyList<SessionRecord>>(connection =>
            [.. connection.Query<SessionRow>(
                $"""
                {Columns} WHERE (@userName IS NULL OR u.name = @userName) AND (@target IS NULL OR s.target = @target)
                ORDER BY s.started DESC, s.id LIMIT @limit
                """,
                new { userName, target, limit }).Select(row => row.ToRecord())]);

    private sealed record SessionRow(
        string Id, string ConnectionId, long UserId, string Name, string Target, string Login, string Kind, string ClientAddress,
        string Fingerprint, string? Serial, string AccessRule, string Revision, string Node, long Started, long? Ended, string? EndReason,
        long? ExitStatus, long BytesIn, long BytesOut)
    {
        internal SessionRecord ToRecord() => new()
        {
            Id = Id,
            ConnectionId = ConnectionId,
            UserId = UserId,
            UserName = Name,
            Target = Target,
            Login = Login,
            Kind = Kind,
            ClientAddress = ClientAddress,
            Fingerprint = Fingerprint,
            Serial = Serial is null ? null : ulong.Parse(Serial, CultureInfo.InvariantCulture),
            AccessRule = AccessRule,
            Revision = Revision,
            Node = Node,
            Started = DateTimeOffset.FromUnixTimeMilliseconds(Started),
            Ended = Ended is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null,
            EndReason = EndReason,
            ExitStatus = (uint?)ExitStatus,
            BytesIn = BytesIn,
            BytesOut = BytesOut,
        };
    }
}
