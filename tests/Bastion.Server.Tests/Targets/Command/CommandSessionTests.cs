using System.Security.Cryptography;
using Bastion.Server.Tests.Sessions;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Targets.Command;

// A program as the target of a session, from the client's end.
public sealed class CommandSessionTests
{
    private const string Demo = "demo: { command: [/bin/bash, --norc], exec: [/bin/bash, -c], run_as: nobody, environment: { GREETING: hello } }";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Exec_OutputErrorsAndStatus_ComeInOrder()
    {
        await using TestBastion bastion = await TestBastion.StartAsync(Demo);
        await using TestClient client = await bastion.ConnectAsync("anybody@demo");

        TestChannel channel = await client.RunAsync("id -un; echo err >&2; exit 3");

        Assert.Equal(("nobody\n", "err\n", 3u), (channel.Output, channel.Errors, channel.ExitStatus));
        Assert.Equal(["data", "eof", "status", "closed"], channel.Events);
    }

    [Fact(Timeout = 30_000)]
    public async Task Exec_CommandIsOneArgument_NotAPartOfAnotherShellLine()
    {
        await using TestBastion bastion = await TestBastion.StartAsync(Demo);
        await using TestClient client = await bastion.ConnectAsync("anybody@demo");

        TestChannel channel = await client.RunAsync("echo \"$GREETING $0 $HOME $USER\"; printf '%s' \"$LD_PRELOAD\"");

        Assert.Equal("hello /bin/bash /nonexistent nobody\n", channel.Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_Bytes_BothWays_AreTheSame()
    {
        await using TestBastion bastion = await TestBastion.StartAsync(Demo);
        await using TestClient client = await bastion.ConnectAsync("anybody@demo");
        byte[] data = RandomNumberGenerator.GetBytes(16 << 20);

        TestChannel channel = await client.StartAsync(new ExecRequest("exec cat"));
        await channel.SendAllAsync(data);
        channel.Channel.SendEof();
        await channel.Closed;

        Assert.True(channel.OutputBytes.AsSpan().SequenceEqual(data));
    }

    [Fact(Timeout = 30_000)]
    public async Task Sftp_RunsItsOwnProgram_AndOtherSubsystemsNone()
    {
        await using TestBastion bastion = await TestBastion.StartAsync("demo: { command: [/bin/sh], sftp: [/bin/cat], run_as: nobody }");
        await using TestClient client = await bastion.ConnectAsync("anybody@demo");

        TestChannel sftp = await client.StartAsync(new SubsystemRequest("sftp"));
        sftp.Send("\0\0\0\u0005");
        sftp.Channel.SendEof();
        await sftp.Closed;
        TestChannel other = await client.RunAsync(new SubsystemRequest("netconf"));

        Assert.Equal("\0\0\0\u0005", sftp.Output);
        Assert.Equal("bastion: target demo has no subsystem netconf.\n", other.Errors);
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_ClientThatDoesNotRead_StopsTheProgram()
    {
        await using TestBastion bastion = await TestBastion.StartAsync(Demo);
        await using TestClient client = await bastion.ConnectAsync("anybody@demo");
        int window = SshLimits.Default.ChannelWindow;
        TestChannel channel = await client.StartAsync(new ExecRequest("exec cat /dev/zero"), reads: false);
        await channel.WaitForReceivedAsync(window);
        Server.Sessions.Session session = Assert.Single(bastion.Registry.Sessions);

        Assert.Equal("free\n", (await client.RunAsync("echo free")).Output);

        Assert.Equal(window, channel.Received);
        Assert.InRange(session.BytesOut, window, window + (1 << 20)); // 256 KiB of output may be under way
    }

    [Fact(Timeout = 30_000)]
    public async Task Shell_OnATerminal_ResizesAndEnds()
    {
        await using TestBastion bastion = await TestBastion.StartAsync(Demo);
        await using TestClient client = await bastion.ConnectAsync("anybody@demo");
        TestChannel channel = await client.StartAsync(new ShellRequest(), terminal: true);

        channel.Send("stty size; echo T=$TERM\n");
        await channel.WaitForOutputAsync("24 80\r\nT=xterm");
        Assert.True(await channel.Channel.RequestAsync(new WindowChangeRequest(new TerminalSize(132, 43, 0, 0)), Cancel));
        channel.Send("stty size\n");
        await channel.WaitForOutputAsync("43 132");
        channel.Send("exit 4\n");
        await channel.Closed;

        Assert.Equal(4u, channel.ExitStatus);
    }

    [Fact(Timeout = 30_000)]
    public async Task Signal_EndsTheProgram_ByThatSignal()
    {
        await using TestBastion bastion = await TestBastion.StartAsync(Demo);
        await using TestClient client = await bastion.ConnectAsync("anybody@demo");
        TestChannel channel = await client.StartAsync(new ExecRequest("echo ready; sleep 1000"));
        await channel.WaitForOutputAsync("ready");

        Assert.True(await channel.Channel.RequestAsync(new SignalRequest("TERM"), Cancel));
        Assert.False(await channel.Channel.RequestAsync(new SignalRequest("NOSUCH"), Cancel));
        await channel.Closed;

        Assert.Equal("TERM", channel.ExitSignal);
    }

    [Fact(Timeout = 30_000)]
    public async Task ClientThatLeaves_TakesTheProgramWithIt()
    {
        await using TestBastion bastion = await TestBastion.StartAsync(Demo);
        await using TestClient client = await bastion.ConnectAsync("anybody@demo");
        TestChannel channel = await client.StartAsync(new ExecRequest("trap '' HUP; echo $$; sleep 1000 & wait"));
        await channel.WaitForOutputAsync("\n");
        string pid = channel.Output.Trim();

        client.Disconnect();
        await bastion.Running[0].WaitAsync(Cancel);

        Assert.False(Directory.Exists($"/proc/{pid}"), "The program is still there.");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("demo: { command: [/bin/sh], run_as: no-such-account }", "there is no account 'no-such-account'")]
    [InlineData("demo: { command: [/bin/sh], run_as: nobody }", "runs no single commands")]
    public async Task Target_ThatCannotRun_IsRefusedWithTheReason(string target, string expected)
    {
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("anybody@demo");

        TestChannel channel = await client.RunAsync("id");

        Assert.Contains(expected, channel.Errors, StringComparison.Ordinal);
        Assert.Equal(("", 255u), (channel.Output, channel.ExitStatus));
    }

    [Fact(Timeout = 30_000)]
    public async Task D5_ForcedCommand_SeesWhatWasAskedFor_AsAVariableOnly()
    {
        await using TestBastion bastion = await TestBastion.StartAsync(Demo);
        await using TestClient client = await bastion.ConnectAsync(
            "anybody@demo", await bastion.IssueAsync(bastion.Alice, forceCommand: "printf '%s' \"$SSH_ORIGINAL_COMMAND\""));

        Assert.Equal("$(id); rm -rf /", (await client.RunAsync("$(id); rm -rf /")).Output);
    }
}
