using Bastion.Server.Audit;
using Bastion.Server.Sessions;
using Bastion.Server.Storage;
using Bastion.Ssh;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Bastion.Server.Tests.Sessions;

// Every way in which a session ends, as its user, the target and the audit log see it.
public sealed class SessionEndTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task TargetLost_SaysSo_AndFails()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        (TestChannel channel, Session session) = await StartAsync(bastion, client);

        target.Drop();
        await channel.Closed;

        Assert.Equal("bastion: the connection to target web1 was lost.\n", channel.Errors);
        Assert.Equal(255u, channel.ExitStatus);
        await AssertEndedAsync(bastion, session, SessionEndReason.TargetLost);
    }

    [Fact(Timeout = 30_000)]
    public async Task TargetThatClosesWithoutAStatus_JustEnds()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        TestChannel channel = await client.RunAsync("vanish");

        Assert.Equal(("", (uint?)null), (channel.Errors, channel.ExitStatus));
    }

    [Fact(Timeout = 30_000)]
    public async Task Kill_TellsTheUser_AndClosesTheTarget()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        (TestChannel channel, Session session) = await StartAsync(bastion, client);
        TestChannel other = await client.StartAsync(new ExecRequest("cat"));

        Assert.True(bastion.Registry.Kill(session.Id, SessionEndReason.Killed, "ended by an administrator."));
        await channel.Closed;

        Assert.Equal("bastion: ended by an administrator.\n", channel.Errors);
        Assert.Equal(255u, channel.ExitStatus);
        await AssertEndedAsync(bastion, session, SessionEndReason.Killed);
        Assert.False(bastion.Registry.Kill(session.Id, SessionEndReason.Killed, "again"));
        other.Send("unharmed");
        await other.WaitForOutputAsync("unharmed");
    }

    [Fact(Timeout = 30_000)]
    public async Task Kill_OnATerminal_ReturnsTheCarriage()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        TestChannel channel = await client.StartAsync(new ShellRequest(), terminal: true);
        await channel.WaitForOutputAsync("$ ");

        bastion.Registry.Kill(Assert.Single(bastion.Registry.Sessions).Id, SessionEndReason.Killed, "ended.");
        await channel.Closed;

        Assert.Equal("bastion: ended.\r\n", channel.Errors);
    }

    [Fact(Timeout = 30_000)]
    public async Task ClientThatLeaves_EndsItsSessions()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        (_, Session session) = await StartAsync(bastion, client);

        client.Disconnect();

        await AssertEndedAsync(bastion, session, SessionEndReason.ClientClosed);
    }

    [Fact(Timeout = 30_000)]
    public async Task RevokedUser_LosesSessionsAndIdleConnections_AndTheReceiptNamesThem()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        await using TestClient idle = await bastion.ConnectAsync("deploy@web1");
        await using TestClient bob = await bastion.ConnectAsync("deploy@web1", await bastion.IssueAsync(bastion.AddUser("bob", "dev")));
        (TestChannel channel, Session session) = await StartAsync(bastion, client);

        IReadOnlyList<Session> ended = bastion.Registry.End(who => who.User.Name == "alice", SessionEndReason.Revoked, "your access was revoked.");
        await Task.WhenAll(ended.Select(one => one.Ended)).WaitAsync(Cancel);

        Assert.Equal([session], ended);
        await channel.Closed;
        Assert.Equal("bastion: your access was revoked.\n", channel.Errors);
        await client.Ended.WaitAsync(Cancel);
        await idle.Ended.WaitAsync(Cancel);
        Assert.Equal("still here\n", (await bob.RunAsync("echo still here")).Output);
    }

    [Fact(Timeout = 30_000)]
    public async Task DisabledUser_GetsNoNewSession_OnAConnectionThatIsStillThere()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        bastion.Get<UserStore>().Disable("alice");

        TestChannel channel = await client.RunAsync("echo in");

        Assert.Equal("", channel.Output);
        Assert.Equal("bastion: your sign-in is no longer valid: user disabled.\n", channel.Errors);
        await client.Ended.WaitAsync(Cancel);
        Assert.Empty(target.SignIns);
    }

    [Fact(Timeout = 30_000)]
    public async Task Certificate_ThatExpires_EndsTheSession()
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target, time: time);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1", await bastion.IssueAsync(bastion.Alice, ttl: TimeSpan.FromSeconds(20)));
        (TestChannel channel, Session session) = await StartAsync(bastion, client);

        time.Advance(TimeSpan.FromSeconds(19));
        channel.Send("still valid");
        await channel.WaitForOutputAsync("still valid");
        time.Advance(TimeSpan.FromSeconds(2));
        await channel.Closed;

        Assert.Contains("expired", channel.Errors, StringComparison.Ordinal);
        await AssertEndedAsync(bastion, session, SessionEndReason.CertificateExpired);
        while (!client.Ended.IsCompleted)
        {
            Cancel.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1)); // the client does not leave by itself, so it is made to
            await Task.Yield();
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task NewConfiguration_EndsWhatItNoLongerAllows()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        (TestChannel channel, Session session) = await StartAsync(bastion, client);

        bastion.Reconfigure(
            $"web1: {{ address: \"{target.Address}\", host_key: {{ pins: [\"{target.PinLine}\"] }} }}",
            """{ name: shells, groups: [dev], targets: ["*"], logins: ["*"], allow: [shell] }""");
        await channel.Closed;

        Assert.Equal("bastion: your access to this target was withdrawn.\n", channel.Errors);
        await AssertEndedAsync(bastion, session, SessionEndReason.AccessWithdrawn);
    }

    [Fact(Timeout = 30_000)]
    public async Task BrokenAuditLog_EndsSessions_AndLetsNoneBegin()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        (TestChannel channel, Session session) = await StartAsync(bastion, client);

        bastion.AuditFile.Fails = true;
        Assert.False(await bastion.Get<AuditLog>().WriteAsync(new NodeStopped("test")));
        await channel.Closed;
        TestChannel next = await client.RunAsync("echo in");

        Assert.Equal(SessionEndReason.AuditUnavailable, session.EndReason);
        Assert.StartsWith("bastion: the audit log cannot be written", channel.Errors, StringComparison.Ordinal);
        Assert.Equal(("", 255u), (next.Output, next.ExitStatus));
        Assert.Single(target.SignIns);
        bastion.AuditFile.Fails = false;
    }

    private static async Task<(TestChannel Channel, Session Session)> StartAsync(TestBastion bastion, TestClient client)
    {
        TestChannel channel = await client.StartAsync(new ExecRequest("cat"));
        channel.Send("ready");
        await channel.WaitForOutputAsync("ready");
        return (channel, Assert.Single(bastion.Registry.Sessions));
    }

    private static async Task AssertEndedAsync(TestBastion bastion, Session session, SessionEndReason reason)
    {
        await session.Ended.WaitAsync(Cancel);
        Assert.Equal(reason, session.EndReason);
        Assert.Contains(
            await bastion.AuditAsync("session.ended"),
            ended => ended.GetProperty("session_id").GetString() == session.Id && ended.GetProperty("end_reason").GetString() == reason.ToString());
        Assert.Null(bastion.Registry.Find(session.Id));
    }
}
