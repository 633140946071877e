using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>The journeys of README.md by its own commands, pasted into a shell.</summary>
public sealed class JourneyTests
{
    // The tour's one machine and one rule; the login is the account that runs the tests, as no other can be signed in to unprepared.
    private const string Rule = "- { name: developers, groups: [dev], targets: [\"web*\"], logins: [LOGIN], allow: [shell, exec, sftp] }";

    [Fact(Timeout = 300_000)]
    public async Task Newcomer_OneCommand_PrintsALineThatOpensASession()
    {
        using FreePort port = FreePort.Reserve();
        using TempFolder data = new();
        string command = ReadmeBlocks.Journey("run").Split('#')[0].Trim();
        await using DaemonProcess run = DaemonProcess.Start(new ProcessRequest("/bin/bash", "-c", $"exec {command} --port {port.Number} --data {data.Root}")
        {
            WorkingDirectory = Repository.Root,
            Environment = new Dictionary<string, string?> { ["CONFIGURATION"] = Repository.Configuration },
        });
        string line = await run.WaitForLineAsync(text => text.StartsWith("  ssh -p ", StringComparison.Ordinal), TimeSpan.FromMinutes(4));

        ProcessResult session = await BashAsync($"{line.Trim()} 'echo $((6 * 7)); id -u; exit 3'", []);
        Assert.Equal(3, session.ExitCode);
        Assert.StartsWith("42\n", session.Output, StringComparison.Ordinal);
        Assert.NotEqual("42\n0\n", session.Output); // never root, whoever started it
        Assert.Equal("", session.Error);

        run.Interrupt();
        Assert.Equal(0, await run.WaitForExitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact(Timeout = 180_000)]
    public async Task Tour_FromTheFirstUserToTheLast_WorksAsWritten()
    {
        await using OpenSshServer web1 = await OpenSshServer.StartAsync(new());
        await using BastionProcess bastion = await BastionProcess.StartAsync(new BastionOptions
        {
            Targets = $"web1: {World.Target(web1)}",
            HostName = "127.0.0.1",
            Access = Rule.Replace("LOGIN", World.Login, StringComparison.Ordinal),
        });
        web1.TrustUserAuthority(bastion.Authority("target"));
        using TempFolder home = new();
        Dictionary<string, string?> reader = ReaderAt(home, bastion);

        string people = (await BashAsync(ReadmeBlocks.Journey("people"), reader)).ShouldExit().Output;
        Assert.Contains("alice", people, StringComparison.Ordinal);
        (await BashAsync(ReadmeBlocks.Journey("client"), reader)).ShouldExit();
        Assert.DoesNotContain("@cert-authority *", File.ReadAllText(home.File(".ssh/known_hosts")), StringComparison.Ordinal);

        Assert.Contains("load average", (await JourneyAsync("jump", reader)).Output, StringComparison.Ordinal);

        string direct = (await JourneyAsync("direct", reader)).Output;
        Assert.Equal(2, direct.Split('\n').Count(line => line.Contains("load average", StringComparison.Ordinal)));
        Assert.Equal("hello\n", File.ReadAllText(home.File("note-again.txt")));

        string admin = (await JourneyAsync("admin", reader)).Output;
        Assert.Contains("web1", admin, StringComparison.Ordinal);
        Assert.NotEqual(0, (await BashAsync(WithLogin(ReadmeBlocks.Journey("jump")), reader)).ExitCode);
    }

    private static async Task<ProcessResult> JourneyAsync(string name, Dictionary<string, string?> reader) =>
        (await BashAsync(WithLogin(ReadmeBlocks.Journey(name)), reader)).ShouldExit();

    private static string WithLogin(string commands) =>
        commands.Replace("deploy@", $"{World.Login}@", StringComparison.Ordinal).Replace("deploy+", $"{World.Login}+", StringComparison.Ordinal);

    private static Task<ProcessResult> BashAsync(string commands, Dictionary<string, string?> environment) =>
        ProcessRunner.RunAsync(new ProcessRequest("/bin/bash", "-e", "-c", commands) { Environment = environment, Timeout = TimeSpan.FromSeconds(60) });

    // A person with an empty home. ssh takes its files from the account's home and not from HOME, so it is told where they are;
    // `bastion` is the built program.
    private static Dictionary<string, string?> ReaderAt(TempFolder home, BastionProcess bastion)
    {
        Directory.CreateDirectory(home.File(".ssh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string config = home.Write("reader_config", $"Include {home.File(".ssh/config")}\nHost *\n  UserKnownHostsFile {home.File(".ssh/known_hosts")}\n");
        Directory.CreateDirectory(home.File("bin"));
        Program(home.File("bin/bastion"), Repository.BuiltProgram("Bastion.Cli", "bastion"));
        foreach (string program in new[] { "ssh", "scp", "sftp" })
        {
            Program(home.File($"bin/{program}"), $"{Programs.Find(program, "openssh-client")} -F {config}");
        }

        return new()
        {
            ["HOME"] = home.File(""),
            ["PATH"] = $"{home.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}",
            ["BASTION_DATA_DIR"] = bastion.DataFolder,
        };
    }

    private static void Program(string path, string command)
    {
        File.WriteAllText(path, $"#!/bin/sh\nexec {command} \"$@\"\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
