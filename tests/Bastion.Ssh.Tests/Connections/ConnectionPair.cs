using Microsoft.Extensions.Logging.Abstractions;

namespace Bastion.Ssh.Tests.Connections;

// Our server against our client, in memory.
internal sealed class ConnectionPair : IAsyncDisposable
{
    public static readonly PrivateKey UserKey = PrivateKey.Generate(SshKeyKind.Ed25519);
    public static readonly PrivateKey ServerKey = PrivateKey.Generate(SshKeyKind.Ed25519);

    private ConnectionPair(SshServerConnection server, SshClientConnection client, TestServerHandler handler)
    {
        Server = server;
        Client = client;
        Handler = handler;
        ServerEnd = server.RunAsync();
        ClientEnd = client.RunAsync();
    }

    public SshServerConnection Server { get; }

    public SshClientConnection Client { get; }

    public TestServerHandler Handler { get; }

    public Task<SshConnectionEnd> ServerEnd { get; }

    public Task<SshConnectionEnd> ClientEnd { get; }

    public static ConnectionPair Start(
        TestServerHandler? handler = null,
        SshLimits? serverLimits = null,
        SshLimits? clientLimits = null,
        SshAlgorithms? algorithms = null,
        TimeProvider? time = null,
        PrivateKey? userKey = null,
        PrivateKey? expectedHostKey = null)
    {
        DuplexPipePair pipes = new();
        handler ??= new TestServerHandler { Accepts = credential => credential.Key.Equals(UserKey.PublicKey) };
        SshServerOptions server = new()
        {
            HostKeys = [new HostKey(ServerKey)],
            Limits = serverLimits ?? SshLimits.Default,
            Algorithms = algorithms ?? SshAlgorithms.Default,
            TimeProvider = time ?? TimeProvider.System,
            Logger = NullLogger.Instance,
        };
        SshClientOptions client = new()
        {
            UserName = "alice",
            Identities = [new SshClientIdentity(userKey ?? UserKey)],
            VerifyHostKey = (offer, _) => new(offer.Key.Equals((expectedHostKey ?? ServerKey).PublicKey)),
            Limits = clientLimits ?? SshLimits.Default,
            Algorithms = algorithms ?? SshAlgorithms.Default,
            TimeProvider = time ?? TimeProvider.System,
            Logger = NullLogger.Instance,
        };
        return new ConnectionPair(
            new SshServerConnection(pipes.Server, server, handler), new SshClientConnection(pipes.Client, client), handler);
    }

    // A session channel with its server end.
    public async Task<OpenChannels> OpenSessionAsync(TestChannelHandler? clientHandler, CancellationToken cancellationToken)
    {
        await Client.SignedIn.WaitAsync(cancellationToken);
        clientHandler ??= new TestChannelHandler();
        SshChannel client = await Client.OpenSessionAsync(clientHandler, cancellationToken);
        (SshChannel server, TestChannelHandler serverHandler) = await Handler.NextChannelAsync(cancellationToken);
        return new OpenChannels(client, clientHandler, server, serverHandler);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Disconnect(DisconnectReason.ByApplication, "The test is over.");
        Server.Disconnect(DisconnectReason.ByApplication, "The test is over.");
        await ClientEnd;
        await ServerEnd;
    }

    public sealed record OpenChannels(
        SshChannel Client, TestChannelHandler ClientHandler, SshChannel Server, TestChannelHandler ServerHandler);
}
