using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>OpenSSH against OpenSSH: what the peers of the other tests do when nothing stands between them.</summary>
public sealed class HarnessTests
{
    [Fact(Timeout = 60_000)]
    public async Task Ssh_ToSshdUnderCertificates_RunsACommand()
    {
        using var client = new OpenSshClient();
        KeyFile hostAuthority = await SshKeygen.GenerateAsync(client.Folder, "host_ca");
        KeyFile userAuthority = await SshKeygen.GenerateAsync(client.Folder, "user_ca");
        KeyFile key = await SshKeygen.GenerateAsync(client.Folder, "id");
        await SshKeygen.SignUserAsync(userAuthority, key, "alice", "deploy");
        await using OpenSshServer server = await OpenSshServer.StartAsync(new OpenSshServerOptions
        {
            HostAuthority = hostAuthority,
            HostNames = "web1",
            TrustedUserAuthorities = [userAuthority.PublicLine],
            Principals = ["deploy"],
        });
        client.Trust($"@cert-authority web1 {hostAuthority.PublicLine}");
        client.AddHost("web1", server.Port, Environment.UserName, key, withCertificate: true, lines: "HostKeyAlias web1");

        ProcessResult result = await client.SshAsync("web1", "echo out; echo err >&2; exit 7");

        Assert.Equal((7, "out\n", "err\n"), (result.ExitCode, result.Output, result.Error));
        await server.WaitForLogAsync("ID alice");
    }

    [Fact(Timeout = 60_000)]
    public async Task Ssh_OnTerminal_ShowsWhatIsTypedAndTheNewSize()
    {
        using var client = new OpenSshClient();
        await using OpenSshServer server = await StartServerAsync(client);
        await using PtyProcess terminal = client.StartOnTerminal("target");

        terminal.Type("echo $((40+2)); stty size\r");
        await terminal.ExpectAsync("42\r\n24 80\r\n");
        terminal.Resize(132, 50);
        terminal.Type(ShellTests.WaitForSize("50 132"));
        await terminal.ExpectAsync("size-50 132\r\n");
        terminal.Type("exit 3\r");

        Assert.Equal(3, await terminal.WaitForExitAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Ssh_StreamsBothWays_Unchanged()
    {
        using var client = new OpenSshClient();
        await using OpenSshServer server = await StartServerAsync(client);
        using var sent = new HashingStream(new PatternStream(32 << 20));
        using var received = new HashingStream();

        (await ProcessRunner.RunAsync(client.Ssh("target", "cat") with { Input = sent, Output = received })).ShouldExit();

        Assert.Equal((32 << 20, sent.Hash), (received.Count, received.Hash));
    }

    [Fact(Timeout = 60_000)]
    public async Task Ssh_WrongHostKey_IsRefused()
    {
        using var client = new OpenSshClient();
        await using OpenSshServer server = await StartServerAsync(client);
        client.Trust();

        ProcessResult result = (await client.SshAsync("target", "true")).ShouldExit(255);

        Assert.Contains("Host key verification failed", result.Error, StringComparison.Ordinal);
    }

    private static async Task<OpenSshServer> StartServerAsync(OpenSshClient client)
    {
        KeyFile key = await SshKeygen.GenerateAsync(client.Folder, "id");
        OpenSshServer server = await OpenSshServer.StartAsync(new OpenSshServerOptions { AuthorizedKeys = [key.PublicLine] });
        client.Trust($"[127.0.0.1]:{server.Port} {server.HostKey.PublicLine}");
        client.AddHost("target", server.Port, Environment.UserName, key);
        return server;
    }
}
