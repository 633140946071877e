using System.Net.Sockets;
using System.Text;
using Bastion.Server.Tests.Sessions;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Listener;

// The listener on real sockets: Kestrel, its limits, and the way it stops.
public sealed class ListenerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Session_OverASocket_Works_AndTheAddressIsTheSockets()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestListener listener = await TestListener.StartAsync(bastion);
        await using TestClient client = await listener.ConnectAsync("deploy@web1", await bastion.IssueAsync(bastion.Alice));

        Assert.Equal("over a socket\n", (await client.RunAsync("echo over a socket")).Output);
        Assert.Equal("127.0.0.1", (await bastion.SingleAuditAsync("sign_in.succeeded")).GetProperty("client_address").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task C3_ConnectionsThatSayNothing_AreBounded_AndMakeRoomWhenTheyEnd()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestListener listener = await TestListener.StartAsync(bastion);
        List<Socket> silent = [];
        for (int i = 0; i < 20; i++) // limits.max_unauthenticated_per_address
        {
            silent.Add(await listener.OpenSocketAsync());
            Assert.StartsWith("SSH-2.0-", await ReadLineAsync(silent[^1]), StringComparison.Ordinal);
        }

        Assert.Equal("", await GreetingAsync(listener));
        silent.ForEach(socket => socket.Dispose());
        SshClientIdentity identity = await bastion.IssueAsync(bastion.Alice);
        await using TestClient client = await listener.ConnectWhenThereIsRoomAsync("deploy@web1", identity);
        Assert.Equal("in\n", (await client.RunAsync("echo in")).Output);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000")]
    [InlineData("")]
    public async Task C12_BytesThatAreNotSsh_EndThatConnectionOnly(string bytes)
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestListener listener = await TestListener.StartAsync(bastion);
        using (Socket socket = await listener.OpenSocketAsync())
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(bytes), Cancel);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(new byte[4096], Cancel) > 0)
            {
                // whatever it says before it closes
            }
        }

        await using TestClient client = await listener.ConnectAsync("deploy@web1", await bastion.IssueAsync(bastion.Alice));
        Assert.Equal("in\n", (await client.RunAsync("echo in")).Output);
    }

    [Fact(Timeout = 30_000)]
    public async Task Stop_EndsIdleConnections_TellsSessions_AndLetsThemFinish()
    {
        await using TestTarget target = TestTarget.Start();
        await using TestBastion bastion = await TestBastion.StartAsync(target);
        await using TestListener listener = await TestListener.StartAsync(bastion);
        SshClientIdentity identity = await bastion.IssueAsync(bastion.Alice);
        await using TestClient idle = await listener.ConnectAsync("deploy@web1", identity);
        await using TestClient busy = await listener.ConnectAsync("deploy@web1", identity);
        TestChannel channel = await busy.StartAsync(new ShellRequest(), terminal: true);
        await channel.WaitForOutputAsync("$ ");

        Task stopping = listener.StopAsync();
        await idle.Ended.WaitAsync(Cancel);
        await channel.WaitForOutputAsync("bastion: the bastion stops; this session ends in 30 s.\r\n");
        await Assert.ThrowsAsync<SshChannelOpenException>(() => busy.OpenAsync());
        await Assert.ThrowsAnyAsync<SocketException>(() => listener.OpenSocketAsync());
        channel.Send("done");
        channel.Channel.SendEof();
        await channel.Closed;
        await busy.Ended.WaitAsync(Cancel);
        await stopping.WaitAsync(Cancel);

        Assert.Equal(0u, channel.ExitStatus);
        Assert.Empty(bastion.Registry.Connections);
    }

    // Empty for a refused connection, which may be reset before it was seen to be open.
    private static async Task<string> GreetingAsync(TestListener listener)
    {
        try
        {
            using Socket socket = await listener.OpenSocketAsync();
            return await ReadLineAsync(socket);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    private static async Task<string> ReadLineAsync(Socket socket)
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        try
        {
            while (await socket.ReceiveAsync(one, Cancel) == 1 && one[0] != (byte)'\n')
            {
                line.Append((char)one[0]);
            }
        }
        catch (SocketException)
        {
            // an abort
        }

        return line.ToString();
    }
}
