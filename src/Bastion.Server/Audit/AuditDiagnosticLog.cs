namespace Bastion.Server.Audit;

// What the diagnostic log says about the audit log and the life of the node. Ids 5600-5699.
internal static partial class AuditDiagnosticLog
{
    [LoggerMessage(5600, LogLevel.Critical, "The audit log cannot be written ({Reason}); sessions end and no new ones start until it can.")]
    internal static partial void AuditBroken(this ILogger logger, string reason);

    [LoggerMessage(5601, LogLevel.Warning, "The audit log is written again.")]
    internal static partial void AuditMended(this ILogger logger);

    [LoggerMessage(5602, LogLevel.Critical, "The bastion stops with {Count} audit events that could not be written.")]
    internal static partial void AuditLost(this ILogger logger, int count);

    [LoggerMessage(5603, LogLevel.Information, "Bastion {Version} listens on {Addresses}; data in {DataDir}, configuration {Revision}.")]
    internal static partial void NodeStarted(this ILogger logger, string version, string addresses, string dataDir, string revision);

    [LoggerMessage(5604, LogLevel.Information, "Bastion stops.")]
    internal static partial void NodeStopped(this ILogger logger);

    [LoggerMessage(5605, LogLevel.Warning, "{Count} sessions were live when the bastion last ended without a word; they are marked as lost.")]
    internal static partial void SessionsLost(this ILogger logger, int count);
}
