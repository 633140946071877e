namespace Bastion.Server.Storage;

// A session as it is remembered, live or ended.
internal sealed record SessionRecord
{
    internal required string Id { get; init; }

    internal required string ConnectionId { get; init; }

    internal required long UserId { get; init; }

    internal required string UserName { get; init; }

    internal required string Target { get; init; }

    internal required string Login { get; init; }

    // As in an access rule: shell, exec, sftp or subsystem.
    internal required string Kind { get; init; }

    internal required string ClientAddress { get; init; }

    internal required string Fingerprint { get; init; }

    internal required ulong? Serial { get; init; }

    internal required string AccessRule { get; init; }

    // Of the configuration that the session started with.
    internal required string Revision { get; init; }

    internal required string Node { get; init; }

    internal required DateTimeOffset Started { get; init; }

    // Null while it lives.
    internal DateTimeOffset? Ended { get; init; }

    internal string? EndReason { get; init; }

    internal uint? ExitStatus { get; init; }

    internal long BytesIn { get; init; }

    internal long BytesOut { get; init; }
}
