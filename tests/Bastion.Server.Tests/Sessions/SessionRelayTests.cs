using System.Security.Cryptography;
using Bastion.Server.Sessions;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Sessions;

// What passes between client and target, unchanged and in order.
public sealed class SessionRelayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Exec_OutputStatusAndEnd_ComeInOrder()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        TestChannel channel = await client.RunAsync("echo hello");

        Assert.Equal("hello\n", channel.Output);
        Assert.Equal(0u, channel.ExitStatus);
        Assert.Equal(["data", "status", "eof", "closed"], channel.Events);
    }

    [Fact(Timeout = 30_000)]
    public async Task Exec_StderrAndFailure_ArePassedOn()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        TestChannel channel = await client.RunAsync("error oops");

        Assert.Equal(("", "oops\n", 1u), (channel.Output, channel.Errors, channel.ExitStatus));
    }

    [Fact(Timeout = 30_000)]
    public async Task ExitSignal_IsPassedOn()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        TestChannel channel = await client.RunAsync("signal KILL");

        Assert.Equal(("KILL", (uint?)null), (channel.ExitSignal, channel.ExitStatus));
    }

    [Fact(Timeout = 60_000)]
    public async Task Bytes_BothWays_AreTheSame()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        byte[] data = RandomNumberGenerator.GetBytes(16 << 20);

        TestChannel channel = await client.StartAsync(new ExecRequest("cat"));
        await channel.SendAllAsync(data);
        channel.Channel.SendEof();
        await channel.Closed;

        Assert.True(channel.OutputBytes.AsSpan().SequenceEqual(data));
        Assert.Equal(0u, channel.ExitStatus);
    }

    // Sent before the target can have been reached: kept, not lost.
    [Fact(Timeout = 30_000)]
    public async Task Input_AndEof_SentAtOnce_ReachTheTarget()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        TestChannel channel = await client.OpenAsync();

        channel.Channel.Request(new ExecRequest("cat"));
        channel.Send("early");
        channel.Channel.SendEof();
        await channel.Closed;

        Assert.Equal("early", channel.Output);
    }

    [Fact(Timeout = 30_000)]
    public async Task SignalAndSize_SentAtOnce_ReachTheTarget()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        TestChannel channel = await client.OpenAsync();

        channel.Channel.Request(TestClient.Pty());
        channel.Channel.Request(new ExecRequest("cat"));
        channel.Channel.Request(new WindowChangeRequest(new TerminalSize(132, 43, 0, 0)));
        channel.Channel.Request(new SignalRequest("INT"));
        channel.Channel.SendEof();
        await channel.Closed;

        Assert.Contains(target.Requests, request => request is WindowChangeRequest { Size: { Columns: 132, Rows: 43 } });
        Assert.Contains(target.Requests, request => request is SignalRequest { Name: "INT" });
    }

    [Fact(Timeout = 30_000)]
    public async Task Terminal_RequestsReachTheTarget()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        TestChannel channel = await client.StartAsync(new ShellRequest(), terminal: true);
        await channel.WaitForOutputAsync("$ ");
        Assert.True(await channel.Channel.RequestAsync(new WindowChangeRequest(new TerminalSize(132, 43, 0, 0)), Cancel));
        Assert.True(await channel.Channel.RequestAsync(new SignalRequest("INT"), Cancel));
        Assert.True(await channel.Channel.RequestAsync(new BreakRequest(500), Cancel));
        channel.Send("ls\n");
        await channel.WaitForOutputAsync("ls\n");

        Assert.Equal(new TerminalSize(80, 24, 0, 0), Assert.Single(target.Requests.OfType<PtyRequest>()).Size);
        Assert.Contains(target.Requests, request => request is WindowChangeRequest { Size: { Columns: 132, Rows: 43 } });
        Assert.Contains(target.Requests, request => request is SignalRequest { Name: "INT" });
        Assert.Contains(target.Requests, request => request is BreakRequest { Milliseconds: 500 });
    }

    [Fact(Timeout = 30_000)]
    public async Task Environment_OnlyTheAllowedVariables_ReachTheTarget()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        TestChannel channel = await client.OpenAsync();

        Assert.True(await channel.Channel.RequestAsync(new EnvRequest("LC_ALL", "de_DE.UTF-8"u8.ToArray()), Cancel));
        Assert.True(await channel.Channel.RequestAsync(new EnvRequest("GIT_PROTOCOL", "version=2"u8.ToArray()), Cancel));
        Assert.False(await channel.Channel.RequestAsync(new EnvRequest("LD_PRELOAD", "/tmp/x.so"u8.ToArray()), Cancel));
        Assert.False(await channel.Channel.RequestAsync(new EnvRequest("LC_ALL", "a\nb"u8.ToArray()), Cancel));
        channel.Channel.Request(new ExecRequest("exit 0"));
        await channel.Closed;

        Assert.Equal(["LC_ALL", "GIT_PROTOCOL"], target.Requests.OfType<EnvRequest>().Select(request => request.Name));
    }

    [Fact(Timeout = 30_000)]
    public async Task Subsystem_Sftp_IsPassedOn()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        TestChannel channel = await client.StartAsync(new SubsystemRequest("sftp"));
        channel.Send("\0\0\0\u0005");
        await channel.WaitForOutputAsync("\u0005");
        channel.Channel.SendEof();
        await channel.Closed;

        Assert.Equal("sftp", (await bastion.SingleAuditAsync("session.started")).GetProperty("command").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task SecondStart_OnOneChannel_IsRefused()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        TestChannel channel = await client.StartAsync(new ExecRequest("cat"));

        Assert.False(await channel.Channel.RequestAsync(new ExecRequest("echo second"), Cancel));
    }

    // The target's own log names the person and the session; the certificate permits what the session needs and no more.
    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Target_IsShownACertificateOfTheSession(bool terminal)
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        await client.RunAsync(new ExecRequest("exit 0"), terminal);

        string session = (await bastion.SingleAuditAsync("session.started")).GetProperty("session_id").GetString()!;
        SshCertificate certificate = Assert.Single(target.SignIns).Certificate!;
        Assert.Equal($"user=alice id={bastion.Alice.Id} session={session}", certificate.KeyId);
        Assert.Equal(["deploy"], certificate.Principals);
        Assert.Equal(terminal ? ["permit-pty"] : [], certificate.Extensions.Select(extension => extension.Key));
        Assert.True(certificate.ValidBefore - certificate.ValidAfter <= 6 * 60, "Five minutes, and one for clocks that disagree.");
    }

    [Fact(Timeout = 30_000)]
    public async Task TenSessions_OnOneConnection_Run_AndTheEleventhIsRefused()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        List<TestChannel> channels = [];
        for (int i = 0; i < 10; i++)
        {
            channels.Add(await client.StartAsync(new ExecRequest("cat")));
        }

        SshChannelOpenException refusal = await Assert.ThrowsAsync<SshChannelOpenException>(() => client.OpenAsync());
        for (int i = 0; i < 10; i++)
        {
            channels[i].Send($"session {i}");
            channels[i].Channel.SendEof();
            await channels[i].Closed;
            Assert.Equal($"session {i}", channels[i].Output);
        }

        Assert.Equal(ChannelOpenFailureReason.ResourceShortage, refusal.Reason);
        Assert.Contains("max_sessions_per_connection", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("session", (await bastion.SingleAuditAsync("channel.refused")).GetProperty("type").GetString());
        Assert.Equal("again\n", (await client.RunAsync("echo again")).Output);
    }

    [Fact(Timeout = 30_000)]
    public async Task Audit_HasBeginningAndEnd_WithWhatPassed()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        TestChannel channel = await client.StartAsync(new ExecRequest("cat"));
        channel.Send("12345");
        await channel.WaitForOutputAsync("12345");
        Session session = Assert.Single(bastion.Registry.Sessions);
        channel.Channel.SendEof();
        await channel.Closed;
        await session.Ended.WaitAsync(Cancel);

        System.Text.Json.JsonElement started = await bastion.SingleAuditAsync("session.started");
        System.Text.Json.JsonElement ended = await bastion.SingleAuditAsync("session.ended");
        Assert.Equal(("alice", "web1", "deploy", "exec", "cat", "192.0.2.7"), (
            started.GetProperty("user_name").GetString(), started.GetProperty("target_name").GetString(), started.GetProperty("login").GetString(),
            started.GetProperty("channel_kind").GetString(), started.GetProperty("command").GetString(), started.GetProperty("client_address").GetString()));
        Assert.Equal((session.Id, "Completed", 5, 5, 0u), (
            ended.GetProperty("session_id").GetString(), ended.GetProperty("end_reason").GetString(), ended.GetProperty("bytes_in").GetInt32(),
            ended.GetProperty("bytes_out").GetInt32(), ended.GetProperty("exit_status").GetUInt32()));
        Assert.Empty(bastion.Registry.Sessions);
    }
}
