using System.Net;

namespace Bastion.Server.Listener;

// Diagnostic log of the SSH listener. Ids 5000-5099.
internal static partial class ListenerLog
{
    [LoggerMessage(5000, LogLevel.Warning, "A connection from {ClientAddress} was refused: too many connections, or too many that have not signed in.")]
    internal static partial void ConnectionRefused(this ILogger logger, IPAddress clientAddress);

    [LoggerMessage(5001, LogLevel.Error, "The connection {ConnectionId} failed.")]
    internal static partial void ConnectionFailed(this ILogger logger, Exception exception, string connectionId);
}
