namespace Bastion.Server.Targets.Command;

// Diagnostic log of command targets. Ids 5200-5249.
internal static partial class CommandLog
{
    [LoggerMessage(5200, LogLevel.Error, "The input or output of a command target failed.")]
    internal static partial void CommandTargetFailed(this ILogger logger, Exception exception);

    [LoggerMessage(5201, LogLevel.Error, "The program of target {TargetName} could not be started.")]
    internal static partial void CommandNotStarted(this ILogger logger, Exception exception, string targetName);

    [LoggerMessage(5202, LogLevel.Warning, "Target {TargetName} runs under the bastion's own account (unsafe_same_user): whoever may use it can read the bastion's keys. For a demo on your own machine only.")]
    internal static partial void UnsafeSameUser(this ILogger logger, string targetName);

    [LoggerMessage(5203, LogLevel.Error, "{Refusal}")]
    internal static partial void CommandTargetRefused(this ILogger logger, string refusal);
}
