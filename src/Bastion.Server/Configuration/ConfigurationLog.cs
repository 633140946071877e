namespace Bastion.Server.Configuration;

// Ids 5100-5199.
internal static partial class ConfigurationLog
{
    [LoggerMessage(5100, LogLevel.Information, "The configuration was reloaded; revision {Revision} is in force.")]
    internal static partial void ConfigReloaded(this ILogger logger, string revision);

    [LoggerMessage(5101, LogLevel.Debug, "The configuration has not changed; revision {Revision} stays in force.")]
    internal static partial void ConfigUnchanged(this ILogger logger, string revision);

    [LoggerMessage(5102, LogLevel.Error, "{Problem}")]
    internal static partial void ConfigProblem(this ILogger logger, string problem);

    [LoggerMessage(5103, LogLevel.Error, "The new configuration has {Count} problems and was not taken; revision {Revision} stays in force.")]
    internal static partial void ConfigRejected(this ILogger logger, string revision, int count);

    [LoggerMessage(5104, LogLevel.Information, "SIGHUP: the configuration is read again.")]
    internal static partial void ReloadRequested(this ILogger logger);
}
