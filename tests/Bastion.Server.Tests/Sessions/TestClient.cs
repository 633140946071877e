using System.IO.Pipelines;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Sessions;

// A client of the bastion under test: an SSH connection of the engine, in memory or inside a -J channel of another one.
internal sealed class TestClient : IAsyncDisposable
{
    private readonly SshClientConnection _connection;

    private TestClient(IDuplexPipe pipe, string userName, SshClientIdentity identity)
    {
        _connection = new SshClientConnection(pipe, new SshClientOptions
        {
            UserName = userName,
            Identities = [identity],
            VerifyHostKey = (offer, _) =>
            {
                HostKey = offer;
                return ValueTask.FromResult(true);
            },
        });
        Ended = _connection.RunAsync();
    }

    public Task<SshConnectionEnd> Ended { get; }

    // The identity that the server showed.
    public SshHostKeyOffer? HostKey { get; private set; }

    public static async Task<TestClient> ConnectAsync(IDuplexPipe pipe, string userName, SshClientIdentity identity)
    {
        TestClient client = new(pipe, userName, identity);
        await client._connection.SignedIn.WaitAsync(TestContext.Current.CancellationToken);
        return client;
    }

    // A connection inside a direct-tcpip channel, as ssh -J makes it.
    public async Task<TestClient> JumpAsync(string target, string userName, SshClientIdentity identity, int port = 22) =>
        await ConnectAsync(await OpenDirectAsync(target, port), userName, identity);

    public async Task<ChannelPipe> OpenDirectAsync(string host, int port)
    {
        ChannelPipe pipe = new();
        pipe.Start(await _connection.OpenDirectTcpIpAsync(new DirectTcpIp(host, port, "127.0.0.1", 1), pipe, TestContext.Current.CancellationToken));
        return pipe;
    }

    public async Task<TestChannel> OpenAsync(bool reads = true)
    {
        TestChannel handler = new(reads);
        handler.Channel = await _connection.OpenSessionAsync(handler, TestContext.Current.CancellationToken);
        return handler;
    }

    // A channel on which that was asked for; the terminal, if any, was granted.
    public async Task<TestChannel> StartAsync(SshChannelRequest request, bool terminal = false, bool reads = true)
    {
        TestChannel channel = await OpenAsync(reads);
        if (terminal)
        {
            Assert.True(await channel.Channel.RequestAsync(Pty(), TestContext.Current.CancellationToken));
        }

        Assert.True(await channel.Channel.RequestAsync(request, TestContext.Current.CancellationToken));
        return channel;
    }

    // To the end of the channel, with nothing on stdin.
    public async Task<TestChannel> RunAsync(SshChannelRequest request, bool terminal = false)
    {
        TestChannel channel = await StartAsync(request, terminal);
        channel.Channel.SendEof();
        await channel.Closed;
        return channel;
    }

    public Task<TestChannel> RunAsync(string command) => RunAsync(new ExecRequest(command));

    public static PtyRequest Pty(uint columns = 80, uint rows = 24) => new("xterm", new TerminalSize(columns, rows, 0, 0), default);

    public void Disconnect() => _connection.Disconnect(DisconnectReason.ByApplication, "The test is over.");

    public async ValueTask DisposeAsync()
    {
        Disconnect();
        await Ended;
    }
}
