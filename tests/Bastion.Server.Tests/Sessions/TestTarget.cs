using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Bastion.Server.Targets;
using Bastion.Ssh;

namespace Bastion.Server.Tests.Sessions;

// A machine on loopback that trusts the target authority, as sshd does with TrustedUserCAKeys, and does what exec requests say: see TestTargetChannel.
internal sealed class TestTarget : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly ConcurrentBag<SshServerConnection> _live = [];
    private readonly Task _accepting;

    private TestTarget()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public PrivateKey HostKey { get; } = PrivateKey.Generate(SshKeyKind.Ed25519);

    public SshCertificate? HostCertificate { get; set; }

    // Set by the bastion that is to be let in.
    public PublicKey? TrustedAuthority { get; set; }

    // Every credential that signed in.
    public ConcurrentQueue<SshCredential> SignIns { get; } = [];

    public ConcurrentQueue<SshChannelRequest> Requests { get; } = [];

    public int Connections { get; private set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"127.0.0.1:{Port}";

    public string PinLine => HostKey.PublicKey.ToText();

    public static TestTarget Start() => new();

    // As a machine that loses its power, but for the sockets.
    public void Drop()
    {
        foreach (SshServerConnection connection in _live)
        {
            connection.Disconnect(DisconnectReason.ByApplication, "down");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Drop();
        await _accepting;
        await Task.WhenAll(_connections);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptSocketAsync()));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // disposed
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Connections++;
        await using SocketPipe pipe = new(socket, MemoryPool<byte>.Shared);
        SshServerConnection connection = new(pipe, new SshServerOptions { HostKeys = [new HostKey(HostKey, HostCertificate)] }, new Handler(this));
        _live.Add(connection);
        await connection.RunAsync();
    }

    private sealed class Handler(TestTarget target) : ISshServerHandler
    {
        public ValueTask<bool> IsAcceptableAsync(SshCredential credential, CancellationToken cancellationToken) => new(IsTrusted(credential));

        public ValueTask<bool> SignInAsync(SshCredential credential, CancellationToken cancellationToken)
        {
            if (!IsTrusted(credential))
            {
                return new(false);
            }

            target.SignIns.Enqueue(credential);
            return new(true);
        }

        public void OnChannelOpen(SshChannelOpen open) => open.Accept(new TestTargetChannel(target.Requests));

        private bool IsTrusted(SshCredential credential) =>
            credential.Certificate?.Check(
                SshCertificateType.User, key => key.Equals(target.TrustedAuthority), credential.UserName, TimeProvider.System.GetUtcNow(), IPAddress.Loopback)
            == CertificateRejection.None;
    }
}
