namespace Bastion.Server.Admin;

// Ids 5700-5799.
internal static partial class AdminLog
{
    [LoggerMessage(5700, LogLevel.Warning, "Account {UserId} was refused at the admin socket; only root and the bastion's own account may use it.")]
    internal static partial void PeerRefused(this ILogger logger, uint userId);

    [LoggerMessage(5701, LogLevel.Error, "The admin request {Method} {Path} failed.")]
    internal static partial void RequestFailed(this ILogger logger, Exception exception, string method, string path);
}
