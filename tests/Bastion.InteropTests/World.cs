using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Xunit;

[assembly: AssemblyFixture(typeof(Bastion.InteropTests.World))]

namespace Bastion.InteropTests;

/// <summary>
/// One bastion with its targets and users for all tests that change nothing in it: web1 (sshd), wrong (web1 under another host key),
/// down (nobody listens), demo (a command); alice of the group dev may go everywhere, bob nowhere.
/// </summary>
public sealed class World : IAsyncLifetime
{
    private FreePort? _down;

    /// <summary>The account that sshd can start sessions for without any preparation: the one that runs the tests.</summary>
    public static string Login { get; } = Environment.UserName;

    /// <summary>An account that every Debian has, and that is neither root nor the server's.</summary>
    public const string CommandAccount = "nobody";

    public OpenSshServer Web1 { get; private set; } = null!;

    public BastionProcess Bastion { get; private set; } = null!;

    /// <summary>alice's, configured for `bastion`, and for `web1` behind -J.</summary>
    public OpenSshClient Alice { get; private set; } = null!;

    public OpenSshClient Bob { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _down = FreePort.Reserve();
        using var folder = new TempFolder();
        KeyFile other = await SshKeygen.GenerateAsync(folder, "other");
        Web1 = await OpenSshServer.StartAsync(new OpenSshServerOptions { Lines = ["MaxSessions 100", "MaxStartups 100"] });
        Bastion = await BastionProcess.StartAsync(new BastionOptions
        {
            Targets = $"""
                web1: {Target(Web1)}
                wrong: {Target(Web1.Port, other.PublicLine)}
                down: {Target(_down.Number, other.PublicLine)}
                demo: {Command()}
                """,
            Access = Access("dev", "web1", "wrong", "down", "demo"),
            // each test gets the cause itself, not that others had it before
            More = "dial: { breaker: { failures: 0 } }",
        });
        Web1.TrustUserAuthority(Bastion.Authority("target"));
        await Bastion.AddUserAsync("alice", "dev");
        await Bastion.AddUserAsync("bob");
        Alice = await ClientAsync(Bastion, "alice");
        Bob = await ClientAsync(Bastion, "bob");
    }

    public static string Target(OpenSshServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return Target(server.Port, server.HostKey.PublicLine);
    }

    public static string Target(int port, string hostKey) => $$"""{ address: "127.0.0.1:{{port}}", host_key: { pins: ["{{hostKey}}"] } }""";

    public static string Command() => $$"""{ command: ["/bin/bash"], exec: ["/bin/bash", "-c"], run_as: {{CommandAccount}} }""";

    /// <summary>Lets a group open everything on these targets, as the account of the tests.</summary>
    public static string Access(string group, params IReadOnlyList<string> targets) => $$"""
        - { name: {{group}}-all, groups: [{{group}}], targets: [{{string.Join(", ", targets)}}], logins: [{{Login}}, {{CommandAccount}}], allow: [shell, exec, sftp] }
        """;

    /// <summary>An own bastion, for tests that change or stop it: alice of the group dev may go to the targets that are named.</summary>
    public static async Task<BastionProcess> StartBastionAsync(string targets, string accessTo, string more = "")
    {
        BastionProcess bastion = await BastionProcess.StartAsync(new BastionOptions { Targets = targets, Access = Access("dev", accessTo), More = more });
        await bastion.AddUserAsync("alice", "dev");
        return bastion;
    }

    /// <summary>A client with a fresh key and certificate of a user of this bastion.</summary>
    public static async Task<OpenSshClient> ClientAsync(BastionProcess bastion, string user)
    {
        ArgumentNullException.ThrowIfNull(bastion);
        var client = new OpenSshClient { Timeout = TimeSpan.FromSeconds(60) };
        Connect(client, bastion, user, await bastion.IssueAsync(client.Folder, user));
        return client;
    }

    /// <summary>Host blocks for the bastion and for its targets; known_hosts gets one line: the host authority for these names.</summary>
    public static void Connect(OpenSshClient client, BastionProcess bastion, string user, KeyFile key, bool withCertificate = true)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(bastion);
        ArgumentNullException.ThrowIfNull(key);
        client.Trust($"@cert-authority {bastion.Options.HostName},web1,wrong,down,demo {bastion.Authority("host")}");
        client.AddHost("bastion", bastion.Port, user, key, withCertificate, $"HostKeyAlias {bastion.Options.HostName}");
        client.AddBlock($"""
            Host web1 wrong down demo
              User {Login}
              IdentityFile {key.Path}
              {(withCertificate ? $"CertificateFile {key.CertificatePath}" : "")}

            """);
    }

    public async ValueTask DisposeAsync()
    {
        Alice?.Dispose();
        Bob?.Dispose();
        await (Bastion?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Web1?.DisposeAsync() ?? ValueTask.CompletedTask);
        _down?.Dispose();
    }
}
