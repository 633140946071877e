using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;

namespace Bastion.Benchmarks.Gateways;

// The same way through the bastion: signed in with a certificate of its client authority, on to the target with one of its target authority.
internal sealed class BastionGateway : IGateway
{
    private readonly OpenSshClient _client;
    private readonly BastionProcess _bastion;
    private readonly string _destination = $"{Environment.UserName}@target@gateway";

    private BastionGateway(OpenSshClient client, BastionProcess bastion)
    {
        _client = client;
        _bastion = bastion;
    }

    public string Name => "Bastion";

    public int ProcessId => _bastion.ProcessId;

    public int Port => _bastion.Port;

    public ProcessRequest StartCommand => _bastion.Command;

    public static async Task<BastionGateway> StartAsync(OpenSshServer target)
    {
        string user = Environment.UserName;
        BastionProcess bastion = await BastionProcess.StartAsync(new BastionOptions
        {
            Targets = $$"""target: { address: "{{target.Address}}", host_key: { pins: ["{{target.HostKey.PublicLine}}"] } }""",
            Access = $$"""- { name: bench, users: [bench], targets: [target], logins: [{{user}}], allow: [shell, exec] }""",
            // as MaxStartups of the sshd beside it
            More = "limits: { max_unauthenticated: 2000, max_unauthenticated_per_address: 2000 }\nlog: { level: warning }",
        });
        target.TrustUserAuthority(bastion.Authority("target"));
        await bastion.AddUserAsync("bench");
        var client = new OpenSshClient { Timeout = TimeSpan.FromMinutes(2) };
        KeyFile key = await bastion.IssueAsync(client.Folder, "bench");
        client.Trust($"@cert-authority {bastion.Options.HostName},target {bastion.Authority("host")}");
        client.AddBlock(BenchTarget.ClientPreamble);
        string[] lines = [$"HostKeyAlias {bastion.Options.HostName}", .. BenchTarget.ClientLines];
        client.AddHost("gateway", bastion.Port, "bench", key, withCertificate: true, lines: lines);
        client.AddHost("signin", bastion.Port, "bench", key, withCertificate: true, lines: [.. lines, .. SignInOnce.Lines]);
        client.AddBlock($"""
            Host target
              User {user}
              IdentityFile {key.Path}
              CertificateFile {key.CertificatePath}
              {string.Join("\n  ", BenchTarget.ClientLines)}

            """);
        return new BastionGateway(client, bastion);
    }

    public ProcessRequest SignIn() => _client.Ssh("-N", "signin");

    public ProcessRequest Run(string command, bool terminal) => _client.Ssh([.. Terminal(terminal), _destination, command]);

    public ProcessRequest Shell() => _client.Ssh("-tt", _destination);

    public ProcessRequest Jump(string command, bool terminal) => _client.Ssh([.. Terminal(terminal), "-J", "gateway", "target", command]);

    public async Task StopAsync()
    {
        _bastion.Terminate();
        await _bastion.WaitForExitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        await _bastion.DisposeAsync();
        _client.Dispose();
    }

    private static string[] Terminal(bool terminal) => terminal ? ["-tt"] : [];
}
