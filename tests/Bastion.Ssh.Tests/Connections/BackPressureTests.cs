using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;
using Xunit;

namespace Bastion.Ssh.Tests.Connections;

// Windows from end to end (RFC 4254 §5.2): a reader that does not read stops its writer, and nobody else.
public sealed class BackPressureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task UnreadChannel_StopsItsWriterAtTheWindow_WhileAnotherGoesOn()
    {
        await using ConnectionPair pair = ConnectionPair.Start();
        ConnectionPair.OpenChannels stuck = await pair.OpenSessionAsync(new TestChannelHandler { AutoCredit = false }, Cancel);
        ConnectionPair.OpenChannels free = await pair.OpenSessionAsync(null, Cancel);
        int window = SshLimits.Default.ChannelWindow;
        Assert.False(stuck.Server.Send(new byte[window + 5000]));

        await free.ServerHandler.SendAllAsync(free.Server, new byte[3 * window], stderr: false, Cancel);
        free.Server.SendEof();
        await free.ClientHandler.Eof.WaitAsync(Cancel);
        await WaitForAsync(() => stuck.ClientHandler.Received >= window);
        Assert.Equal(window, stuck.ClientHandler.Received);
        Assert.False(stuck.Server.Send("still stuck"u8));

        stuck.Client.Credit(window);
        await stuck.ServerHandler.WaitWritableAsync(Cancel);
        Assert.True(stuck.Server.Send("more"u8));
    }

    [Fact(Timeout = 30_000)]
    public async Task StuckDirection_DoesNotStopTheOther()
    {
        await using ConnectionPair pair = ConnectionPair.Start();
        ConnectionPair.OpenChannels open = await pair.OpenSessionAsync(new TestChannelHandler { AutoCredit = false }, Cancel);
        Assert.False(open.Server.Send(new byte[SshLimits.Default.ChannelWindow + 5000]));

        byte[] up = new byte[8 * 1024 * 1024];
        await open.ClientHandler.SendAllAsync(open.Client, up, stderr: false, Cancel);
        open.Client.SendEof();
        await open.ServerHandler.Eof.WaitAsync(Cancel);
        Assert.Equal(up.Length, open.ServerHandler.Received);
    }

    [Fact(Timeout = 30_000)]
    public async Task QueuedData_EofStatusAndClose_LeaveInOrderWhenTheWindowOpens()
    {
        await using ConnectionPair pair = ConnectionPair.Start();
        ConnectionPair.OpenChannels open = await pair.OpenSessionAsync(new TestChannelHandler { AutoCredit = false }, Cancel);
        int window = SshLimits.Default.ChannelWindow;
        Assert.False(open.Server.Send(new byte[window + 5000]));
        open.Server.SendEof();
        open.Server.Request(new ExitStatusRequest(3));
        open.Server.Close();
        Assert.False(open.ClientHandler.Closed.IsCompleted);

        await WaitForAsync(() => open.ClientHandler.Received == window);
        open.Client.Credit(window);
        await open.ClientHandler.Closed.WaitAsync(Cancel);
        Assert.Equal(window + 5000, open.ClientHandler.Received);
        Assert.IsType<ExitStatusRequest>(await open.ClientHandler.NextRequestAsync(Cancel));
    }

    [Fact(Timeout = 60_000)]
    public async Task Rekey_BySmallLimitsOnBothSides_KeepsManyChannelsIntact()
    {
        SshLimits server = new() { RekeyBytes = 70_000 };
        SshLimits client = new() { RekeyBytes = 110_000 };
        await using ConnectionPair pair = ConnectionPair.Start(serverLimits: server, clientLimits: client);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RunOneAsync(pair)));
    }

    [Fact(Timeout = 30_000)]
    public async Task BrokenSocket_WhileSending_EndsItsConnectionAndThrowsNothingAtTheSender()
    {
        DuplexPipePair pipes = new();
        TestServerHandler handler = new() { Accepts = _ => true };
        SshServerConnection server = new(pipes.Server, new SshServerOptions { HostKeys = [new HostKey(ConnectionPair.ServerKey)] }, handler);
        Task<SshConnectionEnd> run = server.RunAsync();
        using RawPeer peer = new(pipes.Client, SshRole.Client);
        await peer.SignInAsync(Cancel);
        await peer.SendAsync(RawPeer.Message(
            MessageNumber.ChannelOpen, m => m.String("session"u8).UInt32(0).UInt32(1 << 20).UInt32(1 << 15)));
        (SshChannel channel, TestChannelHandler channelHandler) = await handler.NextChannelAsync(Cancel);
        await peer.ExpectAsync(MessageNumber.ChannelOpenConfirmation, Cancel);

        await pipes.Client.Input.CompleteAsync(new IOException("reset by peer"));
        channel.Send("somebody else's bytes"u8);
        channel.Close();

        Assert.Equal(ConnectionEndReason.ConnectionLost, (await run.WaitAsync(Cancel)).Reason);
        Assert.Equal(1, channelHandler.ClosedCount);
    }

    private static async Task RunOneAsync(ConnectionPair pair)
    {
        TestChannelHandler clientHandler = new();
        await pair.Client.SignedIn.WaitAsync(Cancel);
        SshChannel client = await pair.Client.OpenSessionAsync(clientHandler, Cancel);
        Assert.True(await client.RequestAsync(new ExecRequest("x"), Cancel));
        byte[] data = System.Security.Cryptography.RandomNumberGenerator.GetBytes(700_000);
        (SshChannel server, TestChannelHandler serverHandler) = await pair.Handler.NextChannelAsync(Cancel);
        await Task.WhenAll(
            clientHandler.SendAllAsync(client, data, stderr: false, Cancel), serverHandler.SendAllAsync(server, data, stderr: true, Cancel));
        client.SendEof();
        await serverHandler.Eof.WaitAsync(Cancel);
        Assert.Equal(data.Length, serverHandler.Received);
        server.Close();
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
