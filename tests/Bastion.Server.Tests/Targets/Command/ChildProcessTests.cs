using System.Diagnostics;
using System.Globalization;
using Bastion.Server.Targets;
using Bastion.Server.Targets.Command;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Targets.Command;

public sealed class ChildProcessTests(CommandFixture fixture) : IClassFixture<CommandFixture>
{
    [Fact(Timeout = 30_000)]
    public async Task Dispose_KillsTheWholeSession_EvenWhatIgnoresHangUp()
    {
        ChildProcess child = fixture.Start(
            CommandFixture.Terminal(), CommandFixture.Nobody, "/bin/bash", "--norc", "-ic", "trap '' HUP; sleep 1000 & (trap '' HUP; sleep 1001) & echo ready; sleep 1002");
        await CommandFixture.ReadUntilAsync(child.Streams.Output, "ready");
        Assert.True(ProcessSession.Members(child.Id).Count() >= 3);

        await child.DisposeAsync();

        Assert.Empty(ProcessSession.Members(child.Id));
        Assert.False(Directory.Exists($"/proc/{child.Id}"), "The leader is still there, as a zombie.");
    }

    [Fact(Timeout = 30_000)]
    public async Task Exit_LeavesNoZombie()
    {
        int id;
        await using (ChildProcess child = fixture.Start(null, CommandFixture.Nobody, "/bin/true"))
        {
            id = child.Id;
            await child.Exited;
        }

        Assert.False(Directory.Exists($"/proc/{id}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Exits_OfOurChildrenAndOfProcess_DoNotMix()
    {
        IEnumerable<Task> ours = Enumerable.Range(0, 20).Select(async i =>
        {
            (_, TargetExit exit) = await fixture.RunAsync(null, null, "/bin/sh", "-c", $"exit {i + 1}");
            Assert.Equal((uint)i + 1, exit.Status);
        });
        IEnumerable<Task> theirs = Enumerable.Range(0, 20).Select(async i =>
        {
            using var process = Process.Start("/bin/sh", ["-c", $"exit {i + 100}"]);
            await process.WaitForExitAsync();
            Assert.Equal(i + 100, process.ExitCode);
        });

        await Task.WhenAll(ours.Concat(theirs));
    }

    [Fact(Timeout = 30_000)]
    public async Task Signal_WithoutTerminal_GoesToTheGroup()
    {
        await using ChildProcess child = fixture.Start(null, CommandFixture.Nobody, "/bin/sh", "-c", "echo ready; sleep 1000");
        await CommandFixture.ReadUntilAsync(child.Streams.Output, "ready");

        child.Signal(15);

        Assert.Equal("TERM", (await child.Exited).Signal);
        Assert.Empty(await CommandFixture.ReadToEndAsync(child.Streams.Output)); // sleep had the pipe, too
    }

    [Fact(Timeout = 30_000)]
    public async Task Signal_AfterDispose_DoesNothing()
    {
        ChildProcess child = fixture.Start(CommandFixture.Terminal(), CommandFixture.Nobody, "/bin/true");
        await child.DisposeAsync();

        child.Signal(2);
        child.Resize(new TerminalSize(1, 1, 0, 0));
        child.SendBreak();

        Assert.Equal(0, child.Streams.Output.TryRead(new byte[1]));
    }

    [Fact(Timeout = 30_000)]
    public async Task Descriptors_AreFreed_AfterManySessions()
    {
        await fixture.RunAsync(CommandFixture.Terminal(), null, "/bin/true");
        int before = OpenDescriptors();

        for (int i = 0; i < 20; i++)
        {
            await fixture.RunAsync(i % 2 == 0 ? null : CommandFixture.Terminal(), null, "/bin/true");
        }

        // Other tests run beside this one and open some of their own.
        Assert.InRange(OpenDescriptors(), 0, before + 15);
    }

    private static int OpenDescriptors() => Directory.GetFiles(string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd")).Length;
}
