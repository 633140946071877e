using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>Who gets in. Each refused client differs in one thing from one that works.</summary>
public sealed class SignInTests(World world)
{
    private static readonly string Web1 = $"{World.Login}@web1@bastion";

    [Theory(Timeout = 60_000)]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public async Task SignIn_CertificateForKeyOfAnyKind_Works(string keyType)
    {
        using var client = new OpenSshClient();
        World.Connect(client, world.Bastion, "alice", await world.Bastion.IssueAsync(client.Folder, "alice", keyType));

        ProcessResult result = await client.SshAsync(Web1, "echo in");

        Assert.Equal((0, "in\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact(Timeout = 60_000)]
    public async Task SignIn_SameCertificateFromTheAuthoritysFile_Works()
    {
        // what the refused certificates below are made with
        using var client = new OpenSshClient();
        await ConnectWithOwnCertificateAsync(client, world.Bastion.AuthorityFile("client"), "-1m:+1h");

        (await client.SshAsync(Web1, "true")).ShouldExit();
    }

    [Fact(Timeout = 60_000)]
    public async Task SignIn_ExpiredCertificate_IsRefused()
    {
        using var client = new OpenSshClient();
        await ConnectWithOwnCertificateAsync(client, world.Bastion.AuthorityFile("client"), "-2h:-1h");

        await AssertRefusedAsync(client);
    }

    [Fact(Timeout = 60_000)]
    public async Task SignIn_CertificateOfAForeignAuthority_IsRefused()
    {
        using var client = new OpenSshClient();
        await ConnectWithOwnCertificateAsync(client, await SshKeygen.GenerateAsync(client.Folder, "foreign"), "-1m:+1h");

        await AssertRefusedAsync(client);
    }

    [Fact(Timeout = 60_000)]
    public async Task SignIn_CertificateOfTheTargetAuthority_IsRefused()
    {
        using var client = new OpenSshClient();
        await ConnectWithOwnCertificateAsync(client, world.Bastion.AuthorityFile("target"), "-1m:+1h");

        await AssertRefusedAsync(client);
    }

    [Fact(Timeout = 60_000)]
    public async Task SignIn_KeyWithoutCertificate_IsRefused()
    {
        using var client = new OpenSshClient();
        World.Connect(client, world.Bastion, "alice", await SshKeygen.GenerateAsync(client.Folder, "bare"), withCertificate: false);

        await AssertRefusedAsync(client);
    }

    [Fact(Timeout = 60_000)]
    public async Task SignIn_FromOutsideTheSourceAddress_IsRefused()
    {
        using var client = new OpenSshClient();
        World.Connect(client, world.Bastion, "alice", await IssueAsync(client, "--source-address", "192.0.2.0/24"));

        await AssertRefusedAsync(client);
    }

    [Fact(Timeout = 60_000)]
    public async Task SignIn_FromTheSourceAddress_Works()
    {
        using var client = new OpenSshClient();
        World.Connect(client, world.Bastion, "alice", await IssueAsync(client, "--source-address", "127.0.0.0/8"));

        (await client.SshAsync(Web1, "true")).ShouldExit();
        (await client.SshAsync("-J", "bastion", "web1", "true")).ShouldExit();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("direct")]
    [InlineData("jump")]
    public async Task SignIn_WithForceCommand_RunsNothingElse(string way)
    {
        using var client = new OpenSshClient();
        World.Connect(client, world.Bastion, "alice", await IssueAsync(client, "--force-command", "echo forced"));
        string[] target = way == "jump" ? ["-J", "bastion", "web1"] : [Web1];

        ProcessResult result = await client.SshAsync([.. target, "echo asked"]);

        Assert.DoesNotContain("asked", result.Output, StringComparison.Ordinal);
        Assert.Equal("forced\n", result.ShouldExit().Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task SignIn_OfADisabledUser_IsRefused()
    {
        await world.Bastion.AddUserAsync("carol", "dev");
        using OpenSshClient client = await World.ClientAsync(world.Bastion, "carol");
        (await client.SshAsync(Web1, "true")).ShouldExit();

        (await world.Bastion.CliAsync("user", "disable", "carol")).ShouldExit();
        await AssertRefusedAsync(client);

        // re-enabling revives nothing that was issued before
        (await world.Bastion.CliAsync("user", "enable", "carol")).ShouldExit();
        await AssertRefusedAsync(client);
    }

    [Fact(Timeout = 60_000)]
    public async Task Session_CertificateExpires_Ends()
    {
        using var client = new OpenSshClient();
        await ConnectWithOwnCertificateAsync(client, world.Bastion.AuthorityFile("client"), "-1m:+4s");
        await using PtyProcess terminal = client.StartOnTerminal(Web1);

        await terminal.ExpectAsync("expired");

        Assert.Equal(255, await terminal.WaitForExitAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task SignIn_BastionUnderAnotherHostKey_IsRefusedByTheClient()
    {
        using var client = new OpenSshClient();
        World.Connect(client, world.Bastion, "alice", await IssueAsync(client));
        KeyFile foreign = await SshKeygen.GenerateAsync(client.Folder, "foreign");
        client.Trust($"@cert-authority {world.Bastion.Options.HostName} {foreign.PublicLine}");

        ProcessResult result = (await client.SshAsync(Web1, "true")).ShouldExit(255);

        Assert.Contains("Host key verification failed", result.Error, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(OpenSshClient client)
    {
        ProcessResult result = (await client.SshAsync(Web1, "true")).ShouldExit(255);

        Assert.Contains("Permission denied (publickey)", result.Error, StringComparison.Ordinal);
    }

    private Task<KeyFile> IssueAsync(OpenSshClient client, params IReadOnlyList<string> options) =>
        world.Bastion.IssueAsync(client.Folder, "alice", "ed25519", options);

    // A certificate that differs from an issued one only in its authority and its validity.
    private async Task ConnectWithOwnCertificateAsync(OpenSshClient client, KeyFile authority, string validity)
    {
        KeyFile issued = await IssueAsync(client);
        string keyId = await SshKeygen.KeyIdAsync(issued);
        KeyFile key = await SshKeygen.GenerateAsync(client.Folder, "own");
        await SshKeygen.SignUserAsync(authority, key, keyId, "alice", validity);
        World.Connect(client, world.Bastion, "alice", key);
    }
}
