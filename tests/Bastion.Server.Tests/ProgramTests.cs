using System.Runtime.InteropServices;
using Bastion.Testing;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.Server.Tests;

// The program as an operator meets it: exit codes, words on stderr, signals.
public sealed class ProgramTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string Server = Repository.BuiltProgram("Bastion.Server", "Bastion.Server");

    private readonly TempFolder _folder = new();
    private readonly FreePort _port = FreePort.Reserve();

    public void Dispose()
    {
        _port.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task WrongConfiguration_ExitsWith2_AndAPlainList()
    {
        string config = _folder.Write("bastion.yaml", "drian: 5s\nlimits: { max_auth_tries: 0 }\n");

        ProcessResult result = await ProcessRunner.RunAsync(Server, "--config", config);

        Assert.Equal(2, result.ExitCode);
        string[] lines = result.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith($"{config}:1: drian: this key is not known. Did you mean 'drain'?", lines[0]);
        Assert.StartsWith($"{config}:2: limits.max_auth_tries: '0' is not a whole number", lines[1]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--nope")]
    [InlineData("--config")]
    [InlineData("bastion.yaml")]
    public async Task WrongOptions_ExitWith2_AndTheUsage(string option)
    {
        ProcessResult result = await ProcessRunner.RunAsync(Server, option);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("Usage: Bastion.Server --config FILE", result.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Check_GoodConfiguration_ExitsWith0_AndTouchesNothing()
    {
        ProcessResult result = await ProcessRunner.RunAsync(Server, "--config", WriteConfig(), "--check");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.False(Directory.Exists(_folder.File("var")));
    }

    [Fact(Timeout = 60_000)]
    public async Task DataFolderOpenToOthers_ExitsWith1_AndTheCommandThatMendsIt()
    {
        Directory.CreateDirectory(_folder.File("var"));
        File.SetUnixFileMode(_folder.File("var"), (UnixFileMode)0b111_101_101);

        ProcessResult result = await ProcessRunner.RunAsync(Server, "--config", WriteConfig());

        Assert.Equal(
            (1, $"{_folder.File("var")} is open to other accounts. Check who could have read it, then: chmod 700 {_folder.File("var")}\n"),
            (result.ExitCode, result.Error));
    }

    [Fact(Timeout = 60_000)]
    public async Task SecondBastionOnTheSameFolder_ExitsWith1()
    {
        string config = WriteConfig();
        await using DaemonProcess first = await StartAsync(config);

        ProcessResult second = await ProcessRunner.RunAsync(Server, "--config", config);

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("another bastion", second.Error);
        Assert.False(first.HasExited);
    }

    [Fact(Timeout = 60_000)]
    public async Task TakenAddress_ExitsWith1_WithoutAStackTrace()
    {
        await using DaemonProcess first = await StartAsync(WriteConfig());
        string other = _folder.Write("other.yaml", $"data_dir: other\nlisten: {{ ssh: [\"127.0.0.1:{_port.Number}\"] }}\n");

        ProcessResult second = await ProcessRunner.RunAsync(Server, "--config", other);

        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"127.0.0.1:{_port.Number}: address already in use", second.Error);
        Assert.DoesNotContain("   at ", second.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Hup_ReloadsTheConfiguration_AndTermStopsCleanly()
    {
        string config = WriteConfig();
        await using DaemonProcess server = await StartAsync(config);

        WriteConfig("drain: soon");
        await server.WaitForLineAsync(line => line.Contains("drain: 'soon' is not a duration"), Patience);
        WriteConfig("drain: 1s");
        Assert.Equal(0, Kill(server.Id, 1)); // SIGHUP
        await server.WaitForLineAsync(line => line.Contains("SIGHUP: the configuration is read again"), Patience);
        await server.WaitForLineAsync(line => line.Contains("The configuration was reloaded"), Patience);
        server.Terminate();

        Assert.Equal(0, await server.WaitForExitAsync(Patience));
        Assert.False(File.Exists(_folder.File("var/admin.sock")));
        string[] audit = File.ReadAllLines(_folder.File("var/audit/audit.jsonl"));
        Assert.Contains("\"node.started\"", audit[0]);
        Assert.Contains("\"node.stopped\"", audit[^1]);
        Assert.Contains(audit, line => line.Contains("\"config.rejected\""));
        Assert.Contains(audit, line => line.Contains("\"config.reloaded\""));
    }

    [Fact(Timeout = 60_000)]
    public async Task Killed_StartsAgain_WithTheSameKeys()
    {
        string config = WriteConfig();
        await using (DaemonProcess first = await StartAsync(config))
        {
            first.Kill();
            await first.WaitForExitAsync(Patience);
        }

        string authority = File.ReadAllText(_folder.File("var/client_ca.pub"));
        await using DaemonProcess second = await StartAsync(config);

        Assert.Equal(authority, File.ReadAllText(_folder.File("var/client_ca.pub")));
        Assert.All(
            Directory.GetFiles(_folder.File("var"), "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".pub")),
            file => Assert.Equal((file, UnixFileMode.UserRead | UnixFileMode.UserWrite), (file, File.GetUnixFileMode(file))));
    }

    private string WriteConfig(string more = "") => _folder.Write("bastion.yaml", $$"""
        data_dir: var
        listen: { ssh: ["127.0.0.1:{{_port.Number}}"] }
        host_names: [127.0.0.1]
        {{more}}
        """);

    private static async Task<DaemonProcess> StartAsync(string config)
    {
        DaemonProcess server = DaemonProcess.Start(new ProcessRequest(Server, "--config", config));
        await server.WaitForLineAsync(line => line.Contains(" listens on "), Patience);
        return server;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
