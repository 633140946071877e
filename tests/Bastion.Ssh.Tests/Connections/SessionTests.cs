using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Bastion.Ssh.Tests.Connections;

public sealed class SessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Exec_RequestDataAndExit_ArriveInOrder()
    {
        await using ConnectionPair pair = ConnectionPair.Start();
        ConnectionPair.OpenChannels open = await pair.OpenSessionAsync(null, Cancel);

        Assert.True(await open.Client.RequestAsync(new ExecRequest("uname -a"), Cancel));
        ExecRequest exec = Assert.IsType<ExecRequest>(await open.ServerHandler.NextRequestAsync(Cancel));
        Assert.Equal("uname -a", Encoding.UTF8.GetString(exec.Command.Span));

        open.Server.Send("out"u8);
        open.Server.Send("err"u8, stderr: true);
        open.Server.SendEof();
        open.Server.Request(new ExitStatusRequest(7));
        open.Server.Close();

        await open.ClientHandler.Closed.WaitAsync(Cancel);
        Assert.Equal("out", Encoding.UTF8.GetString(open.ClientHandler.Stdout));
        Assert.Equal("err", Encoding.UTF8.GetString(open.ClientHandler.Stderr));
        Assert.Equal(7u, Assert.IsType<ExitStatusRequest>(await open.ClientHandler.NextRequestAsync(Cancel)).Status);
        await open.ServerHandler.Closed.WaitAsync(Cancel);
        Assert.Equal(0, pair.Client.ChannelCount);
        Assert.Equal(0, pair.Server.ChannelCount);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null)]
    [InlineData(300_000L)]
    public async Task Bulk_BothWaysAtOnce_ArrivesIdentical(long? rekeyBytes)
    {
        SshLimits limits = new() { RekeyBytes = rekeyBytes };
        await using ConnectionPair pair = ConnectionPair.Start(serverLimits: limits, clientLimits: limits);
        ConnectionPair.OpenChannels open = await pair.OpenSessionAsync(null, Cancel);
        byte[] up = RandomNumberGenerator.GetBytes(20_000_000);
        byte[] down = RandomNumberGenerator.GetBytes(20_000_000);

        await Task.WhenAll(
            open.ClientHandler.SendAllAsync(open.Client, up, stderr: false, Cancel),
            open.ServerHandler.SendAllAsync(open.Server, down, stderr: false, Cancel));
        open.Client.SendEof();
        open.Server.SendEof();
        await open.ServerHandler.Eof.WaitAsync(Cancel);
        await open.ClientHandler.Eof.WaitAsync(Cancel);

        Assert.Equal(SHA256.HashData(up), SHA256.HashData(open.ServerHandler.Stdout));
        Assert.Equal(SHA256.HashData(down), SHA256.HashData(open.ClientHandler.Stdout));
    }
}
