using System.Text.Json.Serialization;

namespace Bastion.Server.Audit;

// Something that an auditor asks about later: who, what, where, and how it was decided. One record is one line of JSON whose `kind`
// tells the record's type; kinds and fields are only ever added. Nothing in here is a secret. Text of peers may be: it is escaped
// when it is written, never trusted. Serials are text, because 64 bits do not fit the numbers of most JSON readers.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(NodeStarted), "node.started")]
[JsonDerivedType(typeof(NodeStopped), "node.stopped")]
[JsonDerivedType(typeof(ConfigReloaded), "config.reloaded")]
[JsonDerivedType(typeof(ConfigRejected), "config.rejected")]
[JsonDerivedType(typeof(SignInSucceeded), "sign_in.succeeded")]
[JsonDerivedType(typeof(SignInFailed), "sign_in.failed")]
[JsonDerivedType(typeof(AccessDenied), "access.denied")]
[JsonDerivedType(typeof(ChannelRefused), "channel.refused")]
[JsonDerivedType(typeof(SessionStarted), "session.started")]
[JsonDerivedType(typeof(SessionEnded), "session.ended")]
[JsonDerivedType(typeof(TargetKeyLearned), "target_key.learned")]
[JsonDerivedType(typeof(AdminAction), "admin.action")]
[JsonDerivedType(typeof(CertificateIssued), "certificate.issued")]
[JsonDerivedType(typeof(AuditGap), "audit.gap")]
internal abstract record AuditEvent
{
    // Set by AuditLog.
    [JsonPropertyOrder(-2)]
    public DateTimeOffset Time { get; init; }

    // Set by AuditLog: the process that saw it.
    [JsonPropertyOrder(-1)]
    public string Node { get; init; } = "";
}

internal sealed record NodeStarted(string Version, string Revision) : AuditEvent;

internal sealed record NodeStopped(string Reason) : AuditEvent;

internal sealed record ConfigReloaded(string Revision, string Previous) : AuditEvent;

// The old revision stays in force.
internal sealed record ConfigRejected(string Revision, IReadOnlyList<string> Problems) : AuditEvent;

internal sealed record SignInSucceeded(
    string ConnectionId, string ClientAddress, string UserName, long UserId, string Method, string Fingerprint,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] ulong? Serial, string? KeyId)
    : AuditEvent;

// UserName is what the client sent, which proves nothing; Fingerprint is the key that it holds, if one was proven.
internal sealed record SignInFailed(string ConnectionId, string ClientAddress, string UserName, string? Fingerprint, string Reason) : AuditEvent;

internal sealed record AccessDenied(
    string ConnectionId, string ClientAddress, string UserName, string TargetName, string Login, string ChannelKind, string Reason, string Revision)
    : AuditEvent;

// A channel type, or a request on a channel, that is not served at all.
internal sealed record ChannelRefused(string ConnectionId, string ClientAddress, string UserName, string Type, string Reason) : AuditEvent;

internal sealed record SessionStarted(
    string SessionId, string ConnectionId, string ClientAddress, string UserName, long UserId, string TargetName, string Login,
    string ChannelKind, string AccessRule, string Revision, string Fingerprint,
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] ulong? Serial) : AuditEvent
{
    // The command of an exec session or the name of a subsystem.
    public string? Command { get; init; }
}

internal sealed record SessionEnded(
    string SessionId, string UserName, string TargetName, string EndReason, double DurationSeconds, long BytesIn, long BytesOut) : AuditEvent
{
    public uint? ExitStatus { get; init; }

    public string? ExitSignal { get; init; }
}

internal sealed record TargetKeyLearned(string TargetName, string Address, string Fingerprint, string KeyType) : AuditEvent;

// Actor is the account behind the admin socket, as `uid=0`.
internal sealed record AdminAction(string Actor, string Action, string Subject) : AuditEvent
{
    public string? Detail { get; init; }

    // How it ended: done, or why not.
    public required string Outcome { get; init; }
}

// Authority is client, target or host.
internal sealed record CertificateIssued(
    string Authority, [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] ulong Serial, string KeyId, string Subject,
    string Fingerprint, DateTimeOffset ValidBefore) : AuditEvent;

// Events that could not be kept while the log could not be written: the line after the gap says how many.
internal sealed record AuditGap(long Lost) : AuditEvent;
