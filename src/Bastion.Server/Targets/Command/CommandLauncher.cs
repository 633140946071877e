using System.Text;

namespace Bastion.Server.Targets.Command;

// Starts a program on a pseudo-terminal or on pipes, under another account. By posix_spawn, because a managed process must not fork:
// between fork and exec only async-signal-safe code may run. What the child needs between the two is done by setpriv(1), which drops
// groups, capabilities and the way back (no_new_privs) before it becomes the program.
internal sealed class CommandLauncher(DescriptorPoller poller, TimeProvider time)
{
    private const string SetPriv = "/usr/bin/setpriv"; // util-linux, essential on Debian
    private const int FirstClosed = 3; // everything beyond stdin, stdout, stderr

    internal ChildProcess Start(CommandLaunch launch)
    {
        Check(launch);
        return launch.Terminal is null ? StartOnPipes(launch) : StartOnTerminal(launch, launch.Terminal);
    }

    private static void Check(CommandLaunch launch)
    {
        if (launch.Arguments.Count == 0 || launch.Arguments[0].Span is not [(byte)'/', ..])
        {
            throw new ArgumentException("The program must be given by its absolute path.", nameof(launch));
        }

        if (launch.Arguments.Any(argument => argument.Span.Contains((byte)0)))
        {
            throw new ArgumentException("An argument holds a NUL.", nameof(launch));
        }
    }

    private ChildProcess StartOnTerminal(CommandLaunch launch, TerminalSettings settings)
    {
        using var terminal = PseudoTerminal.Open(settings, launch.RunAs);
        using var actions = new SpawnActions();

        // The child leads a new session by now, so that its first terminal becomes the controlling one.
        actions.Open(0, terminal.Path, LibC.OpenReadWrite);
        actions.Duplicate(0, 1);
        actions.Duplicate(0, 2);
        return Start(launch, actions, ChildStreams.OfTerminal(poller, terminal.TakeMaster()));
    }

    private ChildProcess StartOnPipes(CommandLaunch launch)
    {
        using var input = DescriptorPipe.Create();
        using var output = DescriptorPipe.Create();
        using var error = DescriptorPipe.Create();
        using var actions = new SpawnActions();
        actions.Duplicate(input.ReadEnd, 0);
        actions.Duplicate(output.WriteEnd, 1);
        actions.Duplicate(error.WriteEnd, 2);
        return Start(launch, actions, ChildStreams.OfPipes(poller, input.TakeWriteEnd(), output.TakeReadEnd(), error.TakeReadEnd()));
    }

    private ChildProcess Start(CommandLaunch launch, SpawnActions actions, ChildStreams streams)
    {
        try
        {
            return ChildProcess.Watch(Spawn(launch, actions), poller, streams, time);
        }
        catch
        {
            streams.Dispose();
            throw;
        }
    }

    private static int Spawn(CommandLaunch launch, SpawnActions actions)
    {
        actions.ChangeDirectory(launch.WorkingDirectory);
        actions.CloseFrom(FirstClosed);
        using var arguments = new NativeStrings([.. DropPrivileges(launch.RunAs), .. launch.Arguments]);
        using var environment = new NativeStrings(
            [.. launch.Environment.Select(pair => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"{pair.Key}={pair.Value}"))]);
        return actions.Spawn(SetPriv, arguments, environment);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> DropPrivileges(Account? account)
    {
        List<string> arguments = ["setpriv"];
        if (account is not null)
        {
            arguments.AddRange(
            [
                $"--reuid={account.UserId}",
                $"--regid={account.GroupId}",
                "--init-groups",
                "--inh-caps=-all",
                "--bounding-set=-all",
            ]);
        }

        arguments.AddRange(["--no-new-privs", "--"]);
        return arguments.Select(argument => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(argument));
    }
}
