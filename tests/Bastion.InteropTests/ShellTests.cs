using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>A person at a terminal.</summary>
public sealed class ShellTests(World world)
{
    [Theory(Timeout = 60_000)]
    [InlineData("direct")]
    [InlineData("jump")]
    public async Task Shell_OnTerminal_TypesAndResizesAndExits(string way)
    {
        await using PtyProcess terminal = way == "jump"
            ? world.Alice.StartOnTerminal("-J", "bastion", "web1")
            : world.Alice.StartOnTerminal($"{World.Login}@web1@bastion");

        terminal.Type("echo $((40+2)); stty size; echo $TERM\r");
        await terminal.ExpectAsync("42\r\n24 80\r\nxterm-256color\r\n");
        terminal.Resize(132, 50);
        terminal.Type(WaitForSize("50 132"));
        await terminal.ExpectAsync("size-50 132\r\n");
        terminal.Type("exit 3\r");

        Assert.Equal(3, await terminal.WaitForExitAsync());
    }

    // The change of size and what is typed after it may overtake one another on their way: only the target knows when it has arrived.
    internal static string WaitForSize(string size) => $"until [ \"$(stty size)\" = '{size}' ]; do read -t 0.05 -s; done; echo size-$(stty size)\r";

    [Fact(Timeout = 60_000)]
    public async Task Shell_CtrlC_StopsTheCommandAndKeepsTheShell()
    {
        await using PtyProcess terminal = world.Alice.StartOnTerminal($"{World.Login}@web1@bastion");

        terminal.Type("echo started-$((1+1)); cat\r");
        await terminal.ExpectAsync("started-2\r\n");
        terminal.Type("\u0003");
        // the terminal throws away what was typed before the interrupt took effect (termios(3), ISIG)
        await terminal.ExpectAsync(@"\^C[\s\S]*[#$] ");
        terminal.Type("echo status-$?\r");
        await terminal.ExpectAsync("status-130\r\n");
        terminal.Type("exit\r");

        // bash ends with the status of the last command: the echo
        Assert.Equal(0, await terminal.WaitForExitAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Shell_WithoutTerminal_RunsWhatItReads()
    {
        ProcessResult result = await ProcessRunner.RunAsync(
            world.Alice.Ssh("-T", $"{World.Login}@web1@bastion") with { Input = new MemoryStream("echo $((40+2))\nexit 5\n"u8.ToArray()) });

        Assert.Equal((5, "42\n"), (result.ExitCode, result.Output));
    }
}
