using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>Every algorithm that Debian's OpenSSH and the bastion have in common, on either leg, with new keys exchanged on the way.</summary>
[Trait("Suite", "Matrix")]
public sealed class AlgorithmMatrixTests(World world)
{
    private const int Size = 6 << 20;

    // as small as OpenSSH takes it, so that both sides exchange keys several times within the transfer
    private const string RekeyLimit = "RekeyLimit=1M";

    public static TheoryData<string> KeyExchanges =>
    [
        "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
        "sntrup761x25519-sha512@openssh.com",
    ];

    public static TheoryData<string> HostKeys =>
    [
        "ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp256-cert-v01@openssh.com",
    ];

    public static TheoryData<string> TargetHostKeys => ["ed25519", "ecdsa", "rsa"];

    // AEAD ciphers have no MAC of their own
    public static TheoryData<string, string> Ciphers
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string cipher in (string[])["chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com"])
            {
                data.Add(cipher, "hmac-sha2-256");
            }
            foreach (string cipher in (string[])["aes128-ctr", "aes192-ctr", "aes256-ctr"])
            {
                foreach (string mac in (string[])["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"])
                {
                    data.Add(cipher, mac);
                }
            }
            return data;
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(KeyExchanges))]
    public Task Client_KeyExchange_Works(string name) => TransferAsync(world.Alice, "web1", $"KexAlgorithms={name}");

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Ciphers))]
    public Task Client_CipherAndMac_Work(string cipher, string mac) => TransferAsync(world.Alice, "web1", $"Ciphers={cipher}", $"MACs={mac}");

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(HostKeys))]
    public Task Client_HostKeyAlgorithm_Works(string name) => TransferAsync(world.Alice, "web1", $"HostKeyAlgorithms={name}");

    [Theory(Timeout = 90_000)]
    [MemberData(nameof(KeyExchanges))]
    public Task Target_KeyExchange_Works(string name) => TransferToAsync(new OpenSshServerOptions { Lines = [$"KexAlgorithms {name}", "RekeyLimit 1M"] });

    [Theory(Timeout = 90_000)]
    [MemberData(nameof(Ciphers))]
    public Task Target_CipherAndMac_Work(string cipher, string mac) =>
        TransferToAsync(new OpenSshServerOptions { Lines = [$"Ciphers {cipher}", $"MACs {mac}", "RekeyLimit 1M"] });

    [Theory(Timeout = 90_000)]
    [MemberData(nameof(TargetHostKeys))]
    public Task Target_HostKey_Works(string type) => TransferToAsync(new OpenSshServerOptions { HostKeyType = type });

    [Fact(Timeout = 90_000)]
    public async Task Target_HostCertificate_Works()
    {
        using var folder = new TempFolder();
        KeyFile authority = await SshKeygen.GenerateAsync(folder, "ca");
        await using OpenSshServer server = await OpenSshServer.StartAsync(new OpenSshServerOptions { HostAuthority = authority, HostNames = "127.0.0.1" });
        await TransferToAsync(server, $$"""{ address: "{{server.Address}}", host_key: { authorities: ["{{authority.PublicLine}}"] } }""");
    }

    private static async Task TransferToAsync(OpenSshServerOptions options)
    {
        await using OpenSshServer server = await OpenSshServer.StartAsync(options);
        await TransferToAsync(server, World.Target(server));
    }

    private static async Task TransferToAsync(OpenSshServer server, string target)
    {
        await using BastionProcess bastion = await World.StartBastionAsync($"leg: {target}", "leg");
        server.TrustUserAuthority(bastion.Authority("target"));
        using OpenSshClient client = await World.ClientAsync(bastion, "alice");
        await TransferAsync(client, "leg");
    }

    private static async Task TransferAsync(OpenSshClient client, string target, params IReadOnlyList<string> options)
    {
        using var sent = new HashingStream(new PatternStream(Size));
        using var received = new HashingStream();
        string[] arguments = [.. options.Append(RekeyLimit).SelectMany(option => (string[])["-o", option]), $"{World.Login}@{target}@bastion", "cat"];

        (await ProcessRunner.RunAsync(client.Ssh(arguments) with { Input = sent, Output = received })).ShouldExit();

        Assert.Equal((sent.Hash, Size), (received.Hash, received.Count));
    }
}
