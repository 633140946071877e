using Bastion.Testing;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>A target that is a command on the bastion's own machine: another account, and nothing of the bastion in reach.</summary>
public sealed class CommandTargetTests(World world)
{
    private static readonly string Demo = $"{World.CommandAccount}@demo@bastion";

    [Fact(Timeout = 60_000)]
    public async Task Shell_OnTerminal_RunsUnderItsAccount()
    {
        await using PtyProcess terminal = world.Alice.StartOnTerminal(Demo);

        terminal.Type("id -un; stty size\r");
        await terminal.ExpectAsync($"{World.CommandAccount}\r\n24 80\r\n");
        terminal.Resize(100, 40);
        terminal.Type(ShellTests.WaitForSize("40 100"));
        await terminal.ExpectAsync("size-40 100\r\n");
        terminal.Type("exit 4\r");

        Assert.Equal(4, await terminal.WaitForExitAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_StreamsAndExitCode_AreTheCommands()
    {
        ProcessResult result = await ProcessRunner.RunAsync(
            world.Alice.Ssh(Demo, "cat; echo err >&2; exit 9") with { Input = new MemoryStream("through"u8.ToArray()) });

        Assert.Equal((9, "through", "err\n"), (result.ExitCode, result.Output, result.Error));
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_KilledBySignal_TellsTheSignal()
    {
        ProcessResult result = (await world.Alice.SshAsync("-v", Demo, "kill -KILL $$")).ShouldExit(255);

        Assert.Contains("rtype exit-signal", result.Error, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ls {0}", "Permission denied")]
    [InlineData("cat {0}/client_ca", "Permission denied")]
    [InlineData("cat {0}/bastion.db", "Permission denied")]
    [InlineData("echo x > {0}/planted", "Permission denied")]
    [InlineData("exec 3<>{0}/admin.sock", "Permission denied")]
    public async Task Exec_BastionsOwnFiles_AreOutOfReach(string command, string answer)
    {
        ProcessResult result = await world.Alice.SshAsync(Demo, string.Format(null, command, world.Bastion.DataFolder));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(answer, result.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_NothingOfTheServer_IsInherited()
    {
        ProcessResult result = (await world.Alice.SshAsync(Demo, "echo fds $(ls /proc/self/fd); echo groups $(id -G); env; cat /proc/self/status")).ShouldExit();

        string[] lines = result.Output.Split('\n');
        // the three streams, and the folder that ls itself reads
        Assert.Contains("fds 0 1 2 3", lines);
        Assert.DoesNotContain("0", lines.First(line => line.StartsWith("groups ", StringComparison.Ordinal)).Split(' '));
        Assert.DoesNotContain(lines, line => line.StartsWith("BASTION", StringComparison.Ordinal) || line.StartsWith("DOTNET", StringComparison.Ordinal));
        Assert.Contains("CapEff:\t0000000000000000", lines);
    }

    [Fact(Timeout = 60_000)]
    public async Task Shell_ClientGone_EndsTheCommand()
    {
        await using PtyProcess terminal = world.Alice.StartOnTerminal(Demo);
        terminal.Type("echo pid-$$-\r");
        int processId = int.Parse((await terminal.ExpectAsync(@"pid-(\d+)-\r\n")).Groups[1].Value, null);
        Assert.True(Directory.Exists($"/proc/{processId}"));

        await terminal.DisposeAsync();

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (Directory.Exists($"/proc/{processId}"))
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Start_CommandTargetAsRoot_IsRefused()
    {
        using var folder = new TempFolder();
        string config = folder.Write("bastion.yaml", $$"""
            data_dir: {{folder.File("data")}}
            listen: { ssh: ["127.0.0.1:2"] }
            targets:
              demo: { command: ["/bin/bash"], run_as: root }
            """);

        ProcessResult result = await ProcessRunner.RunAsync(BastionProcess.ServerCommand(config));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("run_as", result.Output + result.Error, StringComparison.Ordinal);
    }
}
