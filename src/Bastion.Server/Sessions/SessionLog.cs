using Bastion.Server.Access;
using Bastion.Server.Targets;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

// Diagnostic log of connections and sessions. Ids 5300-5399.
internal static partial class SessionLog
{
    [LoggerMessage(5300, LogLevel.Information, "Session {SessionId} of {UserName} on {TargetName} as {Login} starts ({Kind}).")]
    internal static partial void SessionStarted(
        this ILogger logger, string sessionId, string userName, string targetName, string login, ChannelKind kind);

    [LoggerMessage(5301, LogLevel.Information, "Session {SessionId} of {UserName} on {TargetName} ended: {EndReason}.")]
    internal static partial void SessionEnded(
        this ILogger logger, string sessionId, string userName, string targetName, SessionEndReason endReason);

    [LoggerMessage(5302, LogLevel.Error, "An internal error ended the session {SessionId}.")]
    internal static partial void SessionFailed(this ILogger logger, Exception exception, string sessionId);

    [LoggerMessage(5303, LogLevel.Warning, "Session {SessionId} did not reach {TargetName}: {Failure}. {Message}")]
    internal static partial void TargetFailed(
        this ILogger logger, string sessionId, string targetName, ConnectFailure failure, string message);

    [LoggerMessage(5304, LogLevel.Information, "Connection {ConnectionId} from {ClientAddress} opened.")]
    internal static partial void ConnectionOpened(this ILogger logger, string connectionId, System.Net.IPAddress clientAddress);

    [LoggerMessage(5305, LogLevel.Information, "Connection {ConnectionId} ended: {EndReason}. {Message}")]
    internal static partial void ConnectionEnded(this ILogger logger, string connectionId, ConnectionEndReason endReason, string message);

    [LoggerMessage(5306, LogLevel.Information, "Connection {ConnectionId}: {UserName} signed in with {Fingerprint}.")]
    internal static partial void SignedIn(this ILogger logger, string connectionId, string userName, string fingerprint);

    [LoggerMessage(5307, LogLevel.Information, "Connection {ConnectionId}: sign-in refused. {Reason}")]
    internal static partial void SignInRefused(this ILogger logger, string connectionId, string reason);

    [LoggerMessage(5308, LogLevel.Information, "Connection {ConnectionId}: {Type} refused. {Reason}")]
    internal static partial void ChannelRefused(this ILogger logger, string connectionId, string type, string reason);

    [LoggerMessage(5309, LogLevel.Error, "The end of session {SessionId} could not be stored; the audit log has it.")]
    internal static partial void SessionNotStored(this ILogger logger, Exception exception, string sessionId);
}
