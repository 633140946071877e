using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;

namespace Bastion.Benchmarks.Gateways;

// The jump host as it is built without a bastion: an sshd that people sign in to with a certificate, and from there ssh to the target.
internal sealed class OpenSshGateway : IGateway
{
    private readonly OpenSshClient _client;
    private readonly OpenSshServer _server;
    private readonly string _nested;

    private OpenSshGateway(OpenSshClient client, OpenSshServer server, string nested)
    {
        _client = client;
        _server = server;
        _nested = nested;
    }

    public string Name => "OpenSSH";

    public int ProcessId => _server.ProcessId;

    public int Port => _server.Port;

    public ProcessRequest StartCommand => _server.Command;

    public static async Task<OpenSshGateway> StartAsync(OpenSshServer target, KeyFile targetKey)
    {
        var client = new OpenSshClient { Timeout = TimeSpan.FromMinutes(2) };
        KeyFile authority = await SshKeygen.GenerateAsync(client.Folder, "ca");
        KeyFile key = await SshKeygen.GenerateAsync(client.Folder, "id");
        string user = Environment.UserName;
        await SshKeygen.SignUserAsync(authority, key, "bench", user);
        OpenSshServer server = await OpenSshServer.StartAsync(new OpenSshServerOptions
        {
            TrustedUserAuthorities = [authority.PublicLine],
            Lines = BenchTarget.ServerLines,
        });
        client.Trust(
            $"[127.0.0.1]:{server.Port} {server.HostKey.PublicLine}",
            $"[127.0.0.1]:{target.Port} {target.HostKey.PublicLine}");
        client.AddBlock(BenchTarget.ClientPreamble);
        client.AddHost("gateway", server.Port, user, key, withCertificate: true, lines: BenchTarget.ClientLines);
        client.AddHost("signin", server.Port, user, key, withCertificate: true, lines: [.. BenchTarget.ClientLines, .. SignInOnce.Lines]);
        // used by the nested ssh and, through -J, by the client itself
        client.AddHost("target", target.Port, user, targetKey, lines: BenchTarget.ClientLines);
        return new OpenSshGateway(client, server, $"{Bastion.Testing.Programs.Ssh} -F {client.ConfigPath}");
    }

    public ProcessRequest SignIn() => _client.Ssh("-N", "signin");

    public ProcessRequest Run(string command, bool terminal) => terminal
        ? _client.Ssh("-tt", "gateway", $"exec {_nested} -tt target '{command}'")
        : _client.Ssh("gateway", $"exec {_nested} target '{command}'");

    public ProcessRequest Shell() => _client.Ssh("-tt", "gateway", $"exec {_nested} -tt target");

    public ProcessRequest Jump(string command, bool terminal) =>
        _client.Ssh([.. terminal ? (string[])["-tt"] : [], "-J", "gateway", "target", command]);

    public Task StopAsync() => _server.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }
}
