using System.Net;
using System.Net.Sockets;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;

namespace Bastion.Testing;

/// <summary>The built server as a process of its own, with its own data folder, and the built CLI to administrate it.</summary>
public sealed class BastionProcess : IAsyncDisposable
{
    // Half a second when nothing else runs; the bound is for a machine that is busy with a build.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder;
    private readonly FreePort _port;
    private readonly DaemonProcess _process;
    private int _linesBeforeWrite;

    private BastionProcess(TempFolder folder, FreePort port, BastionOptions options)
    {
        _folder = folder;
        _port = port;
        Options = options;
        _folder.Write("bastion.yaml", options.ToYaml(Port, DataFolder));
        Command = ServerCommand(ConfigPath);
        _process = DaemonProcess.Start(Command);
    }

    /// <summary>What it was started with.</summary>
    public BastionOptions Options { get; }

    public int Port => _port.Number;

    public int ProcessId => _process.Id;

    /// <summary>How it was started.</summary>
    public ProcessRequest Command { get; }

    public string ConfigPath => _folder.File("bastion.yaml");

    public string DataFolder => _folder.File("data");

    /// <summary>The public line of an authority: client, target or host.</summary>
    public string Authority(string name) => string.Join(' ', File.ReadAllText(Path.Combine(DataFolder, $"{name}_ca.pub")).Split(' ', '\n').Take(2));

    /// <summary>The files of an authority, to sign what the CLI would not.</summary>
    public KeyFile AuthorityFile(string name) => new(Path.Combine(DataFolder, $"{name}_ca"));

    /// <summary>What it logged to the console.</summary>
    public IReadOnlyList<string> Log => _process.Lines;

    public static ProcessRequest ServerCommand(string configPath) => new(Repository.BuiltProgram("Bastion.Server", "Bastion.Server"), "--config", configPath);

    public static async Task<BastionProcess> StartAsync(BastionOptions options)
    {
        var bastion = new BastionProcess(new TempFolder(), FreePort.Reserve(), options);
        try
        {
            await bastion.WaitAsync(greets: true);
            return bastion;
        }
        catch
        {
            await bastion.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the server read its configuration again (SIGHUP), and waits until it has decided about what was written last.</summary>
    public async Task ReloadAsync()
    {
        _process.HangUp();
        await _process.WaitForLineAsync(
            line => line.Contains("in force", StringComparison.Ordinal) && Log.Skip(_linesBeforeWrite).Contains(line), TimeSpan.FromSeconds(15));
    }

    /// <summary>Replaces the configuration file. The server sees that by itself too, so its decision may come before a reload is asked for.</summary>
    public void WriteConfig(BastionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _linesBeforeWrite = Log.Count;
        _folder.Write("bastion.yaml", options.ToYaml(Port, DataFolder));
    }

    /// <summary>Waits until nobody new is let in, while the process goes on.</summary>
    public Task WaitUntilClosedAsync() => WaitAsync(greets: false);

    public Task<string> WaitForLogAsync(string text, TimeSpan? timeout = null) =>
        _process.WaitForLineAsync(line => line.Contains(text, StringComparison.Ordinal), timeout ?? TimeSpan.FromSeconds(15));

    /// <summary>Runs the CLI against this server.</summary>
    public Task<ProcessResult> CliAsync(params IReadOnlyList<string> arguments) => ProcessRunner.RunAsync(
        new ProcessRequest(Repository.BuiltProgram("Bastion.Cli", "bastion"), [.. arguments, "--data-dir", DataFolder]));

    public async Task AddUserAsync(string name, params IReadOnlyList<string> groups)
    {
        IReadOnlyList<string> option = groups.Count > 0 ? ["--groups", string.Join(',', groups)] : [];
        (await CliAsync(["user", "add", name, .. option])).ShouldExit();
    }

    /// <summary>A fresh key of the user with a certificate from the CLI beside it.</summary>
    public async Task<KeyFile> IssueAsync(TempFolder folder, string user, string keyType = "ed25519", params IReadOnlyList<string> options)
    {
        ArgumentNullException.ThrowIfNull(folder);
        KeyFile key = await SshKeygen.GenerateAsync(folder, $"{user}-{Guid.NewGuid():N}", keyType);
        (await CliAsync(["cert", "issue", "--user", user, "--key", key.PublicPath, "--out", key.CertificatePath, .. options])).ShouldExit();
        return key;
    }

    public void Terminate() => _process.Terminate();

    public void Interrupt() => _process.Interrupt();

    public void Kill() => _process.Kill();

    public Task<int> WaitForExitAsync(TimeSpan timeout) => _process.WaitForExitAsync(timeout);

    public string Describe() => _process.Describe();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _port.Dispose();
        _folder.Dispose();
    }

    private async Task WaitAsync(bool greets)
    {
        using var timeout = new CancellationTokenSource(StartTimeout, TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (await GreetsAsync(timeout.Token) != greets)
        {
            if (_process.HasExited || timeout.IsCancellationRequested)
            {
                throw new InvalidOperationException($"The bastion did not {(greets ? "start" : "stop to listen")}.\n{Describe()}");
            }
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task<bool> GreetsAsync(CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port, stop);
            return await socket.ReceiveAsync(new byte[1], stop) == 1;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
