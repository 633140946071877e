using System.Text;
using Bastion.Server.Configuration;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Sinks.File;

namespace Bastion.Server.Diagnostics;

// The diagnostic log: what operators read when something does not work. Text on the console, compact JSON in the data folder. Apart
// from the audit log, which is evidence.
internal static class DiagnosticLog
{
    internal static IServiceCollection AddDiagnosticLog(this IServiceCollection services, ConfigModel config) => services.AddSerilog(logger => logger
        .MinimumLevel.Is(Enum.Parse<LogEventLevel>(config.Log.Level, ignoreCase: true))
        // The framework's own chatter about requests and bindings. Its errors stay.
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        // What stops the start is told once, by Program and in words; the host would add a stack trace.
        .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
        .WriteTo.Console(new ConsoleFormatter(), standardErrorFromLevel: LogEventLevel.Verbose)
        .WriteTo.File(
            new CompactJsonFormatter(),
            config.DataFolder.LogFile,
            rollingInterval: RollingInterval.Day,
            rollOnFileSizeLimit: true,
            fileSizeLimitBytes: config.Log.FileSize,
            retainedFileCountLimit: config.Log.KeepFiles,
            hooks: new PrivateFile()));

    // As every file in the data folder.
    private sealed class PrivateFile : FileLifecycleHooks
    {
        public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return underlyingStream;
        }
    }
}
