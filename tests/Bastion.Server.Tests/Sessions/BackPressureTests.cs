using Bastion.Server.Sessions;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Sessions;

// What lies in the bastion is bounded by the two windows, whoever does not read (C8, C9).
public sealed class BackPressureTests
{
    private static readonly int Window = SshLimits.Default.ChannelWindow;

    [Fact(Timeout = 60_000)]
    public async Task ClientThatDoesNotRead_StopsTheTarget_AndNobodyElse()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        TestChannel stuck = await client.StartAsync(new ExecRequest($"flood {64 * Window}"), reads: false);
        await stuck.WaitForReceivedAsync(Window);
        Session session = Assert.Single(bastion.Registry.Sessions);

        TestChannel free = await client.RunAsync($"flood {8 * Window}");

        Assert.Equal(8L * Window, free.Received);
        Assert.Equal(Window, stuck.Received);
        Assert.InRange(session.BytesOut, Window, 3L * Window); // the client's window, the target's, and what was under way
    }

    [Fact(Timeout = 60_000)]
    public async Task ClientThatReadsLater_GetsEverything()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        TestChannel channel = await client.StartAsync(new ExecRequest($"flood {4 * Window}"), reads: false);
        for (long expected = Window; expected <= 4L * Window; expected += Window)
        {
            await channel.WaitForReceivedAsync(expected);
            channel.Channel.Credit(Window);
        }

        await channel.Closed;

        Assert.Equal(4L * Window, channel.Received);
        Assert.Equal(0u, channel.ExitStatus);
    }

    [Fact(Timeout = 60_000)]
    public async Task TargetThatDoesNotRead_StopsTheClient()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");
        TestChannel channel = await client.StartAsync(new ExecRequest("sink"));
        Session session = Assert.Single(bastion.Registry.Sessions);

        Assert.False(channel.Channel.Send(new byte[6 * Window]));
        Assert.Equal("free\n", (await client.RunAsync("echo free")).Output);

        Assert.InRange(session.BytesIn, 0, 3L * Window);
    }

    [Fact(Timeout = 60_000)]
    public async Task ManySessions_LeaveNothingBehind()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestClient client = await bastion.ConnectAsync("deploy@web1");

        for (int i = 0; i < 50; i++)
        {
            Assert.Equal("x\n", (await client.RunAsync("echo x")).Output);
        }

        client.Disconnect();
        await bastion.Running[0].WaitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(bastion.Registry.Sessions);
        Assert.Empty(bastion.Registry.Connections);
        Assert.Equal(50, (await bastion.AuditAsync("session.ended")).Count);
    }
}
