using System.Net;
using Bastion.Server.Certificates;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Sessions;

// `ssh -J`: the stream to a registered target ends in the bastion (D1, D3, D20); nothing else can be reached that way.
public sealed class JumpHostTests
{
    [Fact(Timeout = 30_000)]
    public async Task Jump_ShowsAHostCertificateForExactlyThatTarget()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        SshClientIdentity identity = await bastion.IssueAsync(bastion.Alice);
        await using TestClient outer = await bastion.ConnectAsync("alice", identity);
        await using TestClient inner = await outer.JumpAsync("web1", "deploy", identity);

        TestChannel channel = await inner.RunAsync("echo inside");

        Assert.Equal("inside\n", channel.Output);
        Assert.Equal(["web1"], inner.HostKey!.Certificate!.Principals);
        Assert.Equal(["bastion.example"], outer.HostKey!.Certificate!.Principals);
        Assert.Equal(
            CertificateRejection.None,
            inner.HostKey.Certificate.Check(
                SshCertificateType.Host, bastion.Get<CertificateAuthorities>().Host.PublicKey.Equals, "web1", TimeProvider.System.GetUtcNow(), null));
        System.Text.Json.JsonElement started = await bastion.SingleAuditAsync("session.started");
        Assert.Equal(("test-1/1", "192.0.2.7"), (started.GetProperty("connection_id").GetString(), started.GetProperty("client_address").GetString()));
    }

    [Fact(Timeout = 30_000)]
    public async Task InnerSignIn_WithAnotherCredential_IsRefused()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient outer = await bastion.ConnectAsync("alice");

        await Assert.ThrowsAsync<SshConnectException>(async () => await outer.JumpAsync("web1", "deploy", await bastion.IssueAsync(bastion.Alice)));

        Assert.Contains("outer one", (await bastion.SingleAuditAsync("sign_in.failed")).GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task InnerSignIn_ThatNamesAnotherTarget_IsRefused()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        SshClientIdentity identity = await bastion.IssueAsync(bastion.Alice);
        await using TestClient outer = await bastion.ConnectAsync("alice", identity);

        await Assert.ThrowsAsync<SshConnectException>(() => outer.JumpAsync("web1", "deploy@web2", identity));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("web9", 22)] // not registered
    [InlineData("WEB1", 22)] // exact names only
    [InlineData("web1.", 22)]
    [InlineData("127.0.0.1", 0)] // the target's own address, at its own port
    [InlineData("localhost", 0)]
    [InlineData("169.254.169.254", 80)]
    [InlineData("web1", 80)] // another service than SSH
    public async Task D20_AnyOtherDestination_IsRefused(string host, int port)
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("alice");

        SshChannelOpenException refusal = await Assert.ThrowsAsync<SshChannelOpenException>(
            () => client.OpenDirectAsync(host, port == 0 ? target.Port : port));

        Assert.Equal(ChannelOpenFailureReason.AdministrativelyProhibited, refusal.Reason);
        Assert.StartsWith("bastion: port forwarding is not offered.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("direct-tcpip", (await bastion.SingleAuditAsync("channel.refused")).GetProperty("type").GetString());
        Assert.Equal(0, target.Connections);
    }

    [Fact(Timeout = 30_000)]
    public async Task D3_TargetWithoutAccess_IsRefused()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(
            target, """{ name: others, groups: [ops], targets: ["*"], logins: ["*"], allow: [shell] }""");
        await using TestClient client = await bastion.ConnectAsync("alice");

        SshChannelOpenException refusal = await Assert.ThrowsAsync<SshChannelOpenException>(() => client.OpenDirectAsync("web1", 22));

        Assert.Equal("bastion: no target named 'web1' is open to alice.", refusal.Message);
        Assert.Equal("direct-tcpip", (await bastion.SingleAuditAsync("access.denied")).GetProperty("channel_kind").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Jump_InsideAJump_IsRefused()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        SshClientIdentity identity = await bastion.IssueAsync(bastion.Alice);
        await using TestClient outer = await bastion.ConnectAsync("alice", identity);
        await using TestClient inner = await outer.JumpAsync("web1", "deploy", identity);

        SshChannelOpenException refusal = await Assert.ThrowsAsync<SshChannelOpenException>(() => inner.OpenDirectAsync("web1", 22));

        Assert.Equal(ChannelOpenFailureReason.AdministrativelyProhibited, refusal.Reason);
    }

    [Fact(Timeout = 30_000)]
    public async Task SourceAddress_InsideAJump_IsThatOfTheOuterConnection()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        SshClientIdentity identity = await bastion.IssueAsync(bastion.Alice, source: IPNetwork.Parse("192.0.2.7/32"));
        await using TestClient outer = await bastion.ConnectAsync("alice", identity);
        await using TestClient inner = await outer.JumpAsync("web1", "deploy", identity);

        Assert.Equal("in\n", (await inner.RunAsync("echo in")).Output);
    }

    [Fact(Timeout = 30_000)]
    public async Task End_OfTheOuterConnection_TellsTheInnerSession()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        SshClientIdentity identity = await bastion.IssueAsync(bastion.Alice);
        await using TestClient outer = await bastion.ConnectAsync("alice", identity);
        Bastion.Server.Sessions.ClientConnection connection = bastion.Last!;
        await using TestClient inner = await outer.JumpAsync("web1", "deploy", identity);
        TestChannel channel = await inner.StartAsync(new ExecRequest("cat"));
        channel.Send("ready");
        await channel.WaitForOutputAsync("ready");

        connection.End(Bastion.Server.Sessions.SessionEndReason.Killed, "ended by an administrator.");
        await channel.Closed;

        Assert.Equal("bastion: ended by an administrator.\n", channel.Errors);
        await bastion.Running[0].WaitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(bastion.Registry.Connections);
    }
}
