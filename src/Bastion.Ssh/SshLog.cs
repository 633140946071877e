using Microsoft.Extensions.Logging;

namespace Bastion.Ssh;

// Diagnostic events of the engine: ids 1000–1999, never reused. What a peer does wrong is reported by the end of its connection, not here.
internal static partial class SshLog
{
    [LoggerMessage(1000, LogLevel.Error, "An SSH connection ended by an internal error.")]
    public static partial void InternalError(ILogger logger, Exception exception);

    [LoggerMessage(1001, LogLevel.Debug, "An SSH peer did not take the last bytes in time.")]
    public static partial void CloseIncomplete(ILogger logger);
}
