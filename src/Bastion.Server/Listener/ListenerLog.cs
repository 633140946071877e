using System.Net;

namespace Bastion.Server.Listener;

// Diagnostic log of the SSH listener. Ids 5000-5099.
internal static partial class ListenerLog
{
    [LoggerMessage(
        5000,
        LogLevel.Warning,
        "{Count} connection(s) refused, the last from {ClientAddress}: too many connections, or too many that have not signed in (limits).")]
    internal static partial void ConnectionsRefused(this ILogger logger, int count, IPAddress clientAddress);

    [LoggerMessage(5001, LogLevel.Error, "The connection {ConnectionId} failed.")]
    internal static partial void ConnectionFailed(this ILogger logger, Exception exception, string connectionId);
}
