using System.Net;
using System.Net.Sockets;
using Bastion.Server.Tests.Sessions;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Targets;

// What the user reads when a target cannot be used: one line that names the target and the cause.
public sealed class TargetFailureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task RefusedConnection_SaysSo()
    {
        int port = UnusedPort();
        await using TestBastion bastion = await StartAsync($"127.0.0.1:{port}");

        TestChannel channel = await RunAsync(bastion);

        Assert.Equal($"bastion: target web1 (127.0.0.1:{port}) cannot be reached: connection refused.\n", channel.Errors);
        Assert.Equal(255u, channel.ExitStatus);
        await AssertEndedAsync(bastion, "TargetDown");
    }

    [Fact(Timeout = 30_000)]
    public async Task UnknownName_SaysSo()
    {
        await using TestBastion bastion = await StartAsync("no-such-host.invalid:22");

        TestChannel channel = await RunAsync(bastion);

        Assert.Equal("bastion: target web1 (no-such-host.invalid:22) cannot be reached: its name cannot be resolved.\n", channel.Errors);
    }

    [Fact(Timeout = 30_000)]
    public async Task TargetThatKeepsFailing_CountsAsDown()
    {
        await using TestBastion bastion = await StartAsync($"127.0.0.1:{UnusedPort()}");
        for (int i = 0; i < 5; i++)
        {
            Assert.Contains("connection refused", (await RunAsync(bastion)).Errors, StringComparison.Ordinal);
        }

        TestChannel channel = await RunAsync(bastion);

        Assert.Equal("bastion: target web1 has not answered for a while and counts as down; it is tried again within 15 s.\n", channel.Errors);
    }

    [Fact(Timeout = 30_000)]
    public async Task WrongHostKey_IsRefused_BeforeAnySignIn()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        bastion.Reconfigure(
            $"web1: {{ address: \"{target.Address}\", host_key: {{ pins: [\"{PrivateKey.Generate(SshKeyKind.Ed25519).PublicKey.ToText()}\"] }} }}",
            TestBastion.EverythingToDevelopers);

        TestChannel channel = await RunAsync(bastion);

        Assert.Contains(target.HostKey.PublicKey.Fingerprint, channel.Errors, StringComparison.Ordinal);
        Assert.Empty(target.SignIns);
        await AssertEndedAsync(bastion, "TargetHostKeyRefused");
    }

    // Pinned by a key of another kind than the one that the machine would rather show.
    [Fact(Timeout = 30_000)]
    public async Task NoHostKeyOfThePinnedKind_IsRefused()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        bastion.Reconfigure(
            $"web1: {{ address: \"{target.Address}\", host_key: {{ pins: [\"{PrivateKey.Generate(SshKeyKind.EcdsaP384).PublicKey.ToText()}\"] }} }}",
            TestBastion.EverythingToDevelopers);

        TestChannel channel = await RunAsync(bastion);

        Assert.StartsWith("bastion: target web1 ended the connection before the sign-in was complete", channel.Errors, StringComparison.Ordinal);
        Assert.Empty(target.SignIns);
    }

    [Fact(Timeout = 30_000)]
    public async Task HostCertificate_OfTheTarget_IsAccepted()
    {
        PrivateKey authority = PrivateKey.Generate(SshKeyKind.Ed25519);
        await using TestTarget target = TestTarget.Start();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        target.HostCertificate = new SshCertificateTemplate
        {
            Key = target.HostKey.PublicKey,
            Type = SshCertificateType.Host,
            KeyId = "web1",
            Principals = ["web1"],
            ValidAfter = now.AddHours(-1),
            ValidBefore = now.AddHours(1),
        }.Issue(authority);
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        bastion.Reconfigure(
            $"web1: {{ address: \"{target.Address}\", host_key: {{ authorities: [\"{authority.PublicKey.ToText()}\"] }} }}",
            TestBastion.EverythingToDevelopers);

        Assert.Equal("in\n", (await RunAsync(bastion)).Output);
    }

    [Fact(Timeout = 30_000)]
    public async Task TargetThatDoesNotTrustTheBastion_IsNamed()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        target.TrustedAuthority = null;

        TestChannel channel = await RunAsync(bastion);

        Assert.StartsWith("bastion: target web1 does not let the bastion in as deploy:", channel.Errors, StringComparison.Ordinal);
        await AssertEndedAsync(bastion, "TargetSignInRefused");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("exec", "bastion: target web1 refused to start the command.\n")]
    [InlineData("subsystem", "bastion: target web1 refused to start the subsystem nosuch.\n")]
    public async Task RequestThatTheTargetRefuses_IsNamed(string kind, string expected)
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        TestChannel channel = await client.RunAsync(kind == "exec" ? new ExecRequest("refuse") : new SubsystemRequest("nosuch"));

        Assert.Equal((expected, 255u), (channel.Errors, channel.ExitStatus));
        await AssertEndedAsync(bastion, "RequestRefused");
    }

    [Fact(Timeout = 30_000)]
    public async Task ClientThatLeavesMeanwhile_StopsTheDialling()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        await using TestBastion bastion = await StartAsync($"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        await client.StartAsync(new ExecRequest("echo in"));
        using Socket dialled = await silent.AcceptSocketAsync(Cancel);

        client.Disconnect();
        await bastion.Running[0].WaitAsync(Cancel);

        Assert.Empty(bastion.Registry.Sessions);
        await AssertEndedAsync(bastion, "ClientClosed");
    }

    private static async Task<TestBastion> StartAsync(string address) => await TestBastion.StartAsync(
        $"web1: {{ address: \"{address}\", host_key: {{ pins: [\"{PrivateKey.Generate(SshKeyKind.Ed25519).PublicKey.ToText()}\"] }} }}");

    private static async Task<TestChannel> RunAsync(TestBastion bastion)
    {
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        TestChannel channel = await client.RunAsync("echo in");
        await Task.WhenAll(bastion.Registry.Sessions.Select(session => session.Ended)).WaitAsync(Cancel);
        return channel;
    }

    private static async Task AssertEndedAsync(TestBastion bastion, string reason)
    {
        await Task.WhenAll(bastion.Registry.Sessions.Select(session => session.Ended)).WaitAsync(Cancel);
        Assert.Equal(reason, (await bastion.SingleAuditAsync("session.ended")).GetProperty("end_reason").GetString());
    }

    private static int UnusedPort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
