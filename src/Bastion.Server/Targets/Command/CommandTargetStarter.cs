using System.Text;
using Bastion.Server.Access;
using Bastion.Ssh;

namespace Bastion.Server.Targets.Command;

// Turns what a session asks of a command target into a running program.
internal sealed class CommandTargetStarter(CommandLauncher launcher, ILogger<CommandTargetStarter> logger)
{
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";
    private const string DefaultLanguage = "C.UTF-8";
    private const string DefaultTerminal = "dumb";

    // The channel runs when this returns; ITargetOutput.OnClosed tells its end.
    internal ConnectResult Start(CommandTargetModel target, TargetRequest request, ITargetOutput output)
    {
        (Account? account, string? refusal) = RunAs.Decide(target, LibC.EffectiveUserId());
        if (refusal is not null)
        {
            logger.CommandTargetRefused(refusal);
            return ConnectResult.Fail(ConnectFailure.TargetRefused, refusal);
        }

        if (Arguments(target, request, out string? unavailable) is not { } arguments)
        {
            return ConnectResult.Fail(ConnectFailure.RequestRefused, unavailable!);
        }

        try
        {
            CommandLaunch launch = new()
            {
                Arguments = arguments,
                Environment = Environment(target, request, account ?? Account.Find(LibC.EffectiveUserId())),
                WorkingDirectory = WorkingDirectory(target, account),
                RunAs = account,
                Terminal = request.Terminal is { } pty ? new TerminalSettings(pty.Size, pty.Modes) : null,
            };
            CommandTargetChannel channel = new(launcher.Start(launch), output, logger);
            return ConnectResult.Ok(channel, channel.RunAsync());
        }
        catch (Exception e)
        {
            logger.CommandNotStarted(e, target.Name);
            return ConnectResult.Fail(ConnectFailure.TargetDown, $"the program of target {target.Name} could not be started.");
        }
    }

    private static List<ReadOnlyMemory<byte>>? Arguments(CommandTargetModel target, TargetRequest request, out string? unavailable)
    {
        unavailable = request.Kind switch
        {
            ChannelKind.Shell => null,
            ChannelKind.Exec when target.ExecPrefix.Count == 0 => $"target {target.Name} runs no single commands, only its shell.",
            ChannelKind.Exec when request.Command.Span.Contains((byte)0) => "the command holds a NUL character.",
            ChannelKind.Exec => null,
            ChannelKind.Sftp when target.Sftp.Count > 0 => null,
            _ => $"target {target.Name} has no subsystem {request.Subsystem}.",
        };
        if (unavailable is not null)
        {
            return null;
        }

        return request.Kind switch
        {
            ChannelKind.Shell => [.. target.Command.Select(Bytes)],
            ChannelKind.Sftp => [.. target.Sftp.Select(Bytes)],
            _ => [.. target.ExecPrefix.Select(Bytes), request.Command],
        };
    }

    // From nothing: the server's own environment may hold secrets. Later entries win, so that the configuration has the last word.
    private static Dictionary<string, string> Environment(CommandTargetModel target, TargetRequest request, Account? account)
    {
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = DefaultPath,
            ["LANG"] = DefaultLanguage,
        };
        foreach (EnvRequest variable in request.Environment)
        {
            environment[variable.Name] = Encoding.UTF8.GetString(variable.Value.Span);
        }

        if (request.Terminal is { } terminal)
        {
            environment["TERM"] = terminal.Terminal.Length > 0 ? terminal.Terminal : DefaultTerminal;
        }

        if (account is not null)
        {
            environment["HOME"] = account.Home;
            environment["USER"] = account.Name;
            environment["LOGNAME"] = account.Name;
            environment["SHELL"] = account.Shell;
        }

        foreach ((string name, string value) in target.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }

    private static string WorkingDirectory(CommandTargetModel target, Account? account)
    {
        string wanted = target.WorkingDirectory ?? account?.Home ?? "/";
        return Directory.Exists(wanted) ? wanted : "/";
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
