using System.Net;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Sessions;

// Who gets in, for what: the same question for each kind of channel (A5, A9, D3), and what a certificate restricts.
public sealed class AdmissionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Timeout = 30_000)]
    [InlineData("shell", "shell", true)]
    [InlineData("shell", "exec", false)]
    [InlineData("shell", "sftp", false)]
    [InlineData("exec", "shell", false)]
    [InlineData("exec", "exec", true)]
    [InlineData("exec", "sftp", false)]
    [InlineData("sftp", "exec", false)]
    [InlineData("sftp", "sftp", true)]
    [InlineData("sftp", "other", false)]
    [InlineData("subsystem", "sftp", false)]
    public async Task A9_EachKindOfChannel_NeedsItsOwnPermission(string allowed, string asked, bool expected)
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(
            target, $$"""{ name: some, groups: [dev], targets: [web1], logins: [deploy], allow: [{{allowed}}] }""");
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        TestChannel channel = await client.RunAsync(asked switch
        {
            "shell" => new ShellRequest(),
            "exec" => new ExecRequest("echo in"),
            _ => new SubsystemRequest(asked),
        });

        Assert.Equal(expected ? 1 : 0, target.SignIns.Count);
        if (!expected)
        {
            Assert.StartsWith("bastion: No access rule", channel.Errors, StringComparison.Ordinal);
            Assert.Equal(255u, channel.ExitStatus);
            Assert.Equal("web1", (await bastion.SingleAuditAsync("access.denied")).GetProperty("target_name").GetString());
            Assert.Empty(await bastion.AuditAsync("session.started"));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task D3_LoginThatNoRuleNames_IsRefused()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(
            target, """{ name: some, groups: [dev], targets: [web1], logins: [deploy], allow: [shell, exec] }""");
        await using TestClient client = await bastion.ConnectAsync("root@web1");

        TestChannel channel = await client.RunAsync("echo in");

        Assert.Contains("as root on web1", channel.Errors, StringComparison.Ordinal);
        Assert.Empty(target.SignIns);
    }

    [Fact(Timeout = 30_000)]
    public async Task UnknownTarget_AndOneThatIsNotOpen_LookTheSame()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(
            target, """{ name: others, groups: [ops], targets: ["*"], logins: ["*"], allow: [shell, exec] }""");
        await using TestClient known = await bastion.ConnectAsync("deploy@web1");
        await using TestClient unknown = await bastion.ConnectAsync("deploy@web9");

        string hidden = (await known.RunAsync("echo in")).Errors;
        string missing = (await unknown.RunAsync("echo in")).Errors;

        Assert.Equal("bastion: no target named 'web1' is open to alice. Connect without a target to see those that are.\n", hidden);
        Assert.Equal(hidden.Replace("web1", "web9", StringComparison.Ordinal), missing);
        Assert.Equal(2, (await bastion.AuditAsync("access.denied")).Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task NoTarget_AtATerminal_ListsWhatIsOpen()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("alice");

        TestChannel channel = await client.RunAsync(new ShellRequest(), terminal: true);

        Assert.Contains("  web1    *      shell, exec, sftp, subsystem\r\n", channel.Output, StringComparison.Ordinal);
        Assert.Equal(0u, channel.ExitStatus);
    }

    [Fact(Timeout = 30_000)]
    public async Task NoTarget_InAScript_ListsLinesAndFails()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("alice");

        TestChannel channel = await client.RunAsync("uptime");

        Assert.Equal("web1\t*\tshell, exec, sftp, subsystem\n", channel.Output);
        Assert.Equal(1u, channel.ExitStatus);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("shell")]
    [InlineData("exec")]
    [InlineData("sftp")]
    public async Task B7_ForcedCommand_RunsWhateverWasAskedFor(string asked)
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1", await bastion.IssueAsync(bastion.Alice, forceCommand: "echo forced"));

        TestChannel channel = await client.RunAsync(asked switch
        {
            "shell" => new ShellRequest(),
            "exec" => new ExecRequest("echo asked"),
            _ => new SubsystemRequest("sftp"),
        });

        Assert.Equal("forced\n", channel.Output);
        Assert.Equal("exec", (await bastion.SingleAuditAsync("session.started")).GetProperty("channel_kind").GetString());
        EnvRequest[] original = [.. target.Requests.OfType<EnvRequest>().Where(request => request.Name == "SSH_ORIGINAL_COMMAND")];
        Assert.Equal(asked == "shell" ? 0 : 1, original.Length);
    }

    [Fact(Timeout = 30_000)]
    public async Task B7_ForcedCommand_IsTheOnlyOneBehindAJumpToo()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        SshClientIdentity identity = await bastion.IssueAsync(bastion.Alice, forceCommand: "echo forced");
        await using TestClient outer = await bastion.ConnectAsync("alice", identity);
        await using TestClient inner = await outer.JumpAsync("web1", "deploy", identity);

        Assert.Equal("forced\n", (await inner.RunAsync("echo asked")).Output);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Terminal_NeedsTheCertificatesPermission(bool permitted)
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1", await bastion.IssueAsync(bastion.Alice, permitPty: permitted));
        TestChannel channel = await client.OpenAsync();

        Assert.Equal(permitted, await channel.Channel.RequestAsync(TestClient.Pty(), Cancel));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("192.0.2.7", true)]
    [InlineData("::ffff:192.0.2.7", true)]
    [InlineData("198.51.100.1", false)]
    public async Task A5_SourceAddress_IsThatOfTheConnection(string from, bool accepted)
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        SshClientIdentity identity = await bastion.IssueAsync(bastion.Alice, source: IPNetwork.Parse("192.0.2.0/24"));

        Task<TestClient> connecting = bastion.ConnectAsync("deploy@web1", identity, IPAddress.Parse(from));

        if (accepted)
        {
            await using TestClient client = await connecting;
            Assert.Equal("in\n", (await client.RunAsync("echo in")).Output);
            return;
        }

        await Assert.ThrowsAsync<SshConnectException>(() => connecting);
        Assert.Contains("address", (await bastion.SingleAuditAsync("sign_in.failed")).GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task SignIn_IsAudited_WithThePersonAndTheKey()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        SshClientIdentity identity = await bastion.IssueAsync(bastion.Alice);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1", identity);

        System.Text.Json.JsonElement audit = await bastion.SingleAuditAsync("sign_in.succeeded");

        Assert.Equal(("alice", identity.Key.PublicKey.Fingerprint, identity.Certificate!.Serial.ToString(System.Globalization.CultureInfo.InvariantCulture)), (
            audit.GetProperty("user_name").GetString(), audit.GetProperty("fingerprint").GetString(), audit.GetProperty("serial").GetString()));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("auth-agent-req@openssh.com", true)]
    [InlineData("x11-req", true)]
    [InlineData("winadj@putty.projects.tartarus.org", false)]
    public async Task D4_RequestsThatAreNotServed_AreRefused(string type, bool audited)
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        TestChannel channel = await client.OpenAsync();

        Assert.False(await channel.Channel.RequestAsync(new UnknownRequest(type, default), Cancel));

        Assert.Equal(audited ? 1 : 0, (await bastion.AuditAsync("channel.refused")).Count);
        Assert.Empty(target.Requests);
    }
}
