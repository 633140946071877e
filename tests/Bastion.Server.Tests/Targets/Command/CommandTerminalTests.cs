using Bastion.Server.Targets.Command;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Targets.Command;

public sealed class CommandTerminalTests(CommandFixture fixture) : IClassFixture<CommandFixture>
{
    [Fact(Timeout = 30_000)]
    public async Task Terminal_IsTheControllingOne_OwnedByTheAccount()
    {
        (string output, _) = await fixture.RunAsync(
            CommandFixture.Terminal(), CommandFixture.Nobody, "/bin/sh", "-c", "tty; stat -c '%U %a' $(tty); echo ctty >/dev/tty; ps -o tty= -p $$");

        string[] lines = output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("/dev/pts/", lines[0], StringComparison.Ordinal);
        Assert.Equal("nobody 600", lines[1]);
        Assert.Equal("ctty", lines[2]);
        Assert.Equal(lines[0]["/dev/".Length..], lines[3].Trim());
    }

    [Fact(Timeout = 30_000)]
    public async Task Terminal_HasTheSizeAsked_AndFollowsAChange()
    {
        await using ChildProcess child = fixture.Start(
            CommandFixture.Terminal(132, 43), CommandFixture.Nobody, "/bin/bash", "-c", "trap 'stty size; exit' WINCH; stty size; while :; do read -t 1; done");

        await CommandFixture.ReadUntilAsync(child.Streams.Output, "43 132\r\n");
        child.Resize(new TerminalSize(200, 50, 0, 0));

        await CommandFixture.ReadUntilAsync(child.Streams.Output, "50 200\r\n");
    }

    [Fact(Timeout = 30_000)]
    public async Task CtrlC_EndsTheForegroundJob_NotTheShell()
    {
        // With job control, and a job that says how it ended; bash gives up a list when a job dies of SIGINT itself.
        await using ChildProcess child = fixture.Start(
            CommandFixture.Terminal(), CommandFixture.Nobody, "/bin/bash", "-c", "set -m; sh -c 'trap \"exit 130\" INT; echo ready; while :; do sleep 1; done'; echo still-$?");
        await CommandFixture.ReadUntilAsync(child.Streams.Output, "ready");

        await CommandFixture.WriteAsync(child.Streams.Input, "\u0003");

        await CommandFixture.ReadUntilAsync(child.Streams.Output, "still-130");
    }

    [Fact(Timeout = 30_000)]
    public async Task Signal_OnATerminal_GoesToTheForegroundJob()
    {
        await using ChildProcess child = fixture.Start(
            CommandFixture.Terminal(), CommandFixture.Nobody, "/bin/bash", "--norc", "-ic", "bash -c 'trap \"echo caught; exit\" INT; echo ready; while :; do read -t 1; done'");
        await CommandFixture.ReadUntilAsync(child.Streams.Output, "ready");

        Assert.True(SignalNames.TryGetNumber("INT", out int number));
        child.Signal(number);

        await CommandFixture.ReadUntilAsync(child.Streams.Output, "caught");
    }

    // ECHO (53) off, VINTR (1) to Ctrl-], IUTF8 (42) on; an opcode of 160 ends the list, so that ISIG (50) behind it stays on.
    [Fact(Timeout = 30_000)]
    public async Task Modes_OfThePtyRequest_AreApplied()
    {
        byte[] modes = [53, 0, 0, 0, 0, 1, 0, 0, 0, 29, 42, 0, 0, 0, 1, 160, 50, 0, 0, 0, 0];

        (string output, _) = await fixture.RunAsync(CommandFixture.Terminal(80, 24, modes), CommandFixture.Nobody, "/bin/stty", "-a");

        Assert.Contains("intr = ^];", output, StringComparison.Ordinal);
        Assert.Contains(" -echo ", output, StringComparison.Ordinal);
        Assert.Contains(" iutf8", output, StringComparison.Ordinal);
        Assert.Contains("isig ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("-isig", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 0, 0, 0 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255 })]
    public void Modes_CutOffOrUnknown_ChangeNothing(byte[] modes)
    {
        LibC.Termios termios = default;

        TerminalModes.Apply(modes, ref termios);

        Assert.Equal((0u, 0u, 0u, 0u), (termios.InputFlags, termios.OutputFlags, termios.ControlFlags, termios.LocalFlags));
    }
}
