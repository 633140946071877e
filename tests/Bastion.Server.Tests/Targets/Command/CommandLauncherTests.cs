using System.Security.Cryptography;
using System.Text;
using Bastion.Server.Targets;
using Bastion.Server.Targets.Command;
using Xunit;

namespace Bastion.Server.Tests.Targets.Command;

public sealed class CommandLauncherTests(CommandFixture fixture) : IClassFixture<CommandFixture>
{
    [Fact(Timeout = 30_000)]
    public async Task Exit_Code_IsReported()
    {
        (string output, TargetExit exit) = await fixture.RunAsync(null, CommandFixture.Nobody, "/bin/sh", "-c", "echo out; exit 7");

        Assert.Equal("out\n", output);
        Assert.Equal(TargetExit.WithStatus(7), exit);
    }

    [Fact(Timeout = 30_000)]
    public async Task Exit_Signal_IsReportedByName()
    {
        (_, TargetExit exit) = await fixture.RunAsync(null, CommandFixture.Nobody, "/bin/sh", "-c", "kill -TERM $$");

        Assert.Equal("TERM", exit.Signal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Account_IsTheOneNamed_WithItsGroupsOnly()
    {
        (string output, _) = await fixture.RunAsync(null, Account.Find("daemon"), "/usr/bin/id");

        Assert.Equal("uid=1(daemon) gid=1(daemon) groups=1(daemon)\n", output);
    }

    [Fact(Timeout = 30_000)]
    public async Task Capabilities_AreGone_AndCannotComeBack()
    {
        (string output, _) = await fixture.RunAsync(null, CommandFixture.Nobody, "/bin/grep", "-E", "^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs)", "/proc/self/status");

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        Assert.All(lines[..5], line => Assert.EndsWith("\t0000000000000000", line, StringComparison.Ordinal));
        Assert.Equal("NoNewPrivs:\t1", lines[5]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Descriptors_OfTheServer_AreNotInherited()
    {
        using FileStream inheritable = OpenInheritable();

        (string output, _) = await fixture.RunAsync(null, CommandFixture.Nobody, "/bin/ls", "/proc/self/fd");

        Assert.Equal(["0", "1", "2", "3"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries)); // 3 is the folder that ls reads
    }

    [Fact(Timeout = 30_000)]
    public async Task Signals_IgnoredByTheServer_AreAtTheirDefaults()
    {
        (string output, _) = await fixture.RunAsync(null, CommandFixture.Nobody, "/bin/grep", "-E", "^Sig(Ign|Blk)", "/proc/self/status");

        // Signals 32 and 33 belong to glibc, whose posix_spawn ignores them itself.
        Assert.Matches("^SigBlk:\t0000000000000000\nSigIgn:\t0000000180000000\n$|^SigBlk:\t0{16}\nSigIgn:\t0{16}\n$", output);
    }

    [Fact(Timeout = 30_000)]
    public async Task Environment_HoldsOnlyWhatWasGiven()
    {
        (string output, _) = await fixture.RunAsync(null, CommandFixture.Nobody, "/usr/bin/env");

        Assert.Equal(["PATH=/usr/bin:/bin", "TERM=dumb"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task FolderOfTheServer_CannotBeRead()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bastion-data-"); // 0700
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "client_ca"), "secret");

            (string output, TargetExit exit) = await fixture.RunAsync(
                null, CommandFixture.Nobody, "/bin/sh", "-c", $"cat {folder.FullName}/client_ca 2>&1; ls {folder.FullName} 2>&1");

            Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
            Assert.Equal(2, output.Split("Permission denied").Length - 1);
            Assert.NotEqual(0u, exit.Status);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Arguments_ReachTheProgramAsTheyAre()
    {
        (string output, _) = await fixture.RunAsync(null, CommandFixture.Nobody, "/usr/bin/printf", "%s\n", "$(id)", "a b", "; rm -rf /", "");

        Assert.Equal("$(id)\na b\n; rm -rf /\n\n", output);
    }

    [Fact]
    public void Argument_WithNul_IsRefused() =>
        Assert.Throws<ArgumentException>(() => fixture.Start(null, CommandFixture.Nobody, "/bin/echo", "a\0b"));

    [Fact]
    public void Program_ByRelativePath_IsRefused() => Assert.Throws<ArgumentException>(() => fixture.Start(null, CommandFixture.Nobody, "sh"));

    [Fact(Timeout = 60_000)]
    public async Task Pipes_Carry64MiBUnchanged()
    {
        byte[] data = RandomNumberGenerator.GetBytes(64 << 20);
        await using ChildProcess child = fixture.Start(null, CommandFixture.Nobody, "/bin/cat");

        Task<byte[]> reading = Task.Run(() => CommandFixture.ReadToEndAsync(child.Streams.Output));
        await CommandFixture.WriteAsync(child.Streams.Input, data);
        child.Streams.Input.Dispose();

        byte[] received = await reading;
        Assert.True(received.AsSpan().SequenceEqual(data));
    }

    [Fact(Timeout = 30_000)]
    public async Task Pipes_StandardErrorIsApart_AndCanBeOpenedByName()
    {
        await using ChildProcess child = fixture.Start(null, null, "/bin/sh", "-c", "echo one; echo two >/dev/stderr");

        Assert.Equal("one\n", Encoding.UTF8.GetString(await CommandFixture.ReadToEndAsync(child.Streams.Output)));
        Assert.Equal("two\n", Encoding.UTF8.GetString(await CommandFixture.ReadToEndAsync(child.Streams.Error!)));
    }

    [Fact(Timeout = 30_000)]
    public async Task Writing_ToAProgramThatEnded_IsTheEndAndNoException()
    {
        await using ChildProcess child = fixture.Start(null, CommandFixture.Nobody, "/bin/true");
        await child.Exited;

        Assert.Equal(0, child.Streams.Input.TryWrite("data"u8));
    }

    // A descriptor that lacks close-on-exec, as a native library might open one.
    private static FileStream OpenInheritable() => new("/etc/hostname", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Inheritable);
}
