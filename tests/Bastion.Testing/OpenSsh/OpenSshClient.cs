using System.Text;
using Bastion.Testing.Processes;

namespace Bastion.Testing.OpenSsh;

/// <summary>
/// ssh, scp and sftp with a configuration and a known_hosts file of their own: nothing of the account that runs the tests plays a part.
/// Options live in the file, not on the command line, because ssh hands only the file on to the ssh that -J starts.
/// </summary>
public sealed class OpenSshClient : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _hosts = [];

    public OpenSshClient()
    {
        Trust([]);
        WriteConfig();
    }

    public string ConfigPath => _folder.File("config");

    public string KnownHostsPath => _folder.File("known_hosts");

    /// <summary>For keys and for files to copy.</summary>
    public TempFolder Folder => _folder;

    /// <summary>Bounds every run.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Replaces the known_hosts file.</summary>
    public void Trust(params IReadOnlyList<string> lines) => _folder.Write("known_hosts", string.Join('\n', [.. lines, ""]));

    /// <summary>Adds a Host block: what `ssh name` connects to. The first block that sets an option wins, as ssh_config(5) says.</summary>
    public void AddHost(string name, int port, string? user = null, KeyFile? key = null, bool withCertificate = false, params IReadOnlyList<string> lines)
    {
        var block = new StringBuilder().AppendLine($"Host {name}").AppendLine("  HostName 127.0.0.1").AppendLine($"  Port {port}");
        if (user is not null)
        {
            block.AppendLine($"  User {user}");
        }
        if (key is not null)
        {
            block.AppendLine($"  IdentityFile {key.Path}");
        }
        if (key is not null && withCertificate)
        {
            block.AppendLine($"  CertificateFile {key.CertificatePath}");
        }
        foreach (string line in lines)
        {
            block.AppendLine($"  {line}");
        }
        AddBlock(block.ToString());
    }

    /// <summary>Adds lines of ssh_config as they are, for example what `bastion ssh-config` prints.</summary>
    public void AddBlock(string text)
    {
        _hosts.Add(text);
        WriteConfig();
    }

    public Task<ProcessResult> SshAsync(params IReadOnlyList<string> arguments) => RunAsync(Ssh(arguments));

    public Task<ProcessResult> ScpAsync(params IReadOnlyList<string> arguments) => RunAsync(new(Programs.Scp, ["-F", ConfigPath, .. arguments]));

    /// <summary>Runs sftp's commands in order; the first one that fails ends it with exit code 1.</summary>
    public Task<ProcessResult> SftpAsync(string destination, params IReadOnlyList<string> commands) =>
        RunAsync(new(Programs.Sftp, "-F", ConfigPath, "-b", "-", destination)
        {
            Input = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', [.. commands, ""]))),
        });

    /// <summary>A request that can still be changed, to stream data through it say.</summary>
    public ProcessRequest Ssh(params IReadOnlyList<string> arguments) => new(Programs.Ssh, ["-F", ConfigPath, .. arguments]) { Timeout = Timeout };

    /// <summary>ssh on a terminal of its own.</summary>
    public PtyProcess StartOnTerminal(params IReadOnlyList<string> arguments) => PtyProcess.Start(Ssh(arguments));

    /// <summary>ssh beside the test: a master connection, a session that is to be cut.</summary>
    public DaemonProcess Start(params IReadOnlyList<string> arguments) => DaemonProcess.Start(Ssh(arguments));

    public void Dispose() => _folder.Dispose();

    private Task<ProcessResult> RunAsync(ProcessRequest request) => ProcessRunner.RunAsync(request with { Timeout = Timeout });

    private void WriteConfig() => _folder.Write("config", string.Join('\n', _hosts) + $"""

        Host *
          UserKnownHostsFile {KnownHostsPath}
          GlobalKnownHostsFile /dev/null
          StrictHostKeyChecking yes
          UpdateHostKeys no
          IdentityAgent none
          IdentitiesOnly yes
          IdentityFile none
          BatchMode yes
          PreferredAuthentications publickey
          ConnectTimeout 10
          LogLevel INFO

        """);
}
