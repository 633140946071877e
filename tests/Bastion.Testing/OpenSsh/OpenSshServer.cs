using Bastion.Testing.Processes;

namespace Bastion.Testing.OpenSsh;

/// <summary>A real sshd on a free port of loopback, with its own folder, host key and configuration.</summary>
public sealed class OpenSshServer : IAsyncDisposable
{
    // sshd is up in milliseconds; the bound is for a machine that is busy with a build.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder;
    private readonly FreePort _port;
    private readonly DaemonProcess _process;

    private OpenSshServer(TempFolder folder, FreePort port, ProcessRequest command, KeyFile hostKey)
    {
        _folder = folder;
        _port = port;
        Command = command;
        _process = DaemonProcess.Start(command);
        HostKey = hostKey;
    }

    /// <summary>How it was started.</summary>
    public ProcessRequest Command { get; }

    public int Port => _port.Number;

    public string Address => $"127.0.0.1:{Port}";

    public KeyFile HostKey { get; }

    public int ProcessId => _process.Id;

    /// <summary>What sshd logged (LogLevel VERBOSE): among others the key id and serial of each accepted certificate.</summary>
    public IReadOnlyList<string> Log => _process.Lines;

    public static async Task<OpenSshServer> StartAsync(OpenSshServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string sshd = Programs.Sshd;
        if (Environment.IsPrivilegedProcess)
        {
            // Debian's privilege separation folder, which only its service unit would make
            Directory.CreateDirectory("/run/sshd");
        }
        var folder = new TempFolder();
        var port = FreePort.Reserve();
        OpenSshServer? server = null;
        try
        {
            KeyFile hostKey = await SshKeygen.GenerateAsync(folder, "host", options.HostKeyType);
            if (options.HostAuthority is { } authority)
            {
                await SshKeygen.SignHostAsync(authority, hostKey, options.HostNames);
            }
            string config = folder.Write("sshd_config", string.Join('\n', ConfigLines(options, folder, port.Number, hostKey)) + "\n");
            server = new OpenSshServer(folder, port, new ProcessRequest(sshd, "-D", "-e", "-f", config), hostKey);
            await server._process.WaitForLineAsync(line => line.StartsWith("Server listening on", StringComparison.Ordinal), StartTimeout);
            return server;
        }
        catch
        {
            await (server?._process.DisposeAsync() ?? ValueTask.CompletedTask);
            port.Dispose();
            folder.Dispose();
            throw;
        }
    }

    public Task<string> WaitForLogAsync(string text, TimeSpan? timeout = null) =>
        _process.WaitForLineAsync(line => line.Contains(text, StringComparison.Ordinal), timeout ?? TimeSpan.FromSeconds(10));

    /// <summary>Accepts the user certificates of one more authority; sshd reads the file anew for each connection.</summary>
    public void TrustUserAuthority(string publicLine) => File.AppendAllText(_folder.File("user_authorities"), publicLine + "\n");

    /// <summary>Stops at once, with all of its sessions: a target that went down.</summary>
    public async Task StopAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(StartTimeout);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _port.Dispose();
        _folder.Dispose();
    }

    private static IEnumerable<string> ConfigLines(OpenSshServerOptions options, TempFolder folder, int port, KeyFile hostKey)
    {
        foreach (string line in options.Lines)
        {
            yield return line;
        }
        yield return $"ListenAddress 127.0.0.1:{port}";
        yield return $"HostKey {hostKey.Path}";
        if (options.HostAuthority is not null)
        {
            yield return $"HostCertificate {hostKey.CertificatePath}";
        }
        yield return "PidFile none";
        yield return "LogLevel VERBOSE";
        yield return "UsePAM no";
        // the test's folders lie below /tmp, which is writable to all
        yield return "StrictModes no";
        yield return "PermitRootLogin prohibit-password";
        yield return "PasswordAuthentication no";
        yield return "KbdInteractiveAuthentication no";
        yield return "PrintMotd no";
        yield return "PrintLastLog no";
        yield return "AcceptEnv LANG LC_*";
        yield return "Subsystem sftp internal-sftp";
        yield return $"AuthorizedKeysFile {(options.AuthorizedKeys.Count == 0 ? "none" : folder.Write("authorized_keys", Lines(options.AuthorizedKeys)))}";
        yield return $"TrustedUserCAKeys {folder.Write("user_authorities", Lines(options.TrustedUserAuthorities))}";
        if (options.Principals is { } principals)
        {
            yield return $"AuthorizedPrincipalsFile {folder.Write("principals", Lines(principals))}";
        }
    }

    private static string Lines(IReadOnlyList<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
