using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Tests.Connections;

// A connection of ours in a chosen phase, with a raw peer on the other side.
internal sealed class PhaseRig : IAsyncDisposable
{
    private readonly SshConnection _connection;
    private readonly Task<SshConnectionEnd> _run;
    private readonly TestServerHandler _handler;
    private int _signInsBefore;

    private PhaseRig(SshRole role, SshLimits limits, TimeProvider time)
    {
        DuplexPipePair pipes = new();
        _handler = new TestServerHandler { Accepts = credential => credential.Key.Equals(ConnectionPair.UserKey.PublicKey) };
        if (role == SshRole.Server)
        {
            SshServerOptions options = new() { HostKeys = [new HostKey(ConnectionPair.ServerKey)], Limits = limits, TimeProvider = time };
            _connection = new SshServerConnection(pipes.Server, options, _handler);
            Peer = new RawPeer(pipes.Client, SshRole.Client);
        }
        else
        {
            SshClientOptions options = new()
            {
                UserName = "alice",
                Identities = [new SshClientIdentity(ConnectionPair.UserKey)],
                VerifyHostKey = (_, _) => new(true),
                Limits = limits,
                TimeProvider = time,
            };
            _connection = new SshClientConnection(pipes.Client, options);
            Peer = new RawPeer(pipes.Server, SshRole.Server);
        }

        Role = role;
        _run = _connection.RunAsync();
    }

    public SshRole Role { get; }

    public RawPeer Peer { get; }

    // Calls into the application since the phase was reached: what a peer sends out of phase must never get there.
    public int HandlerCalls => _handler.SignIns + _handler.Queries + _handler.Opens - _signInsBefore;

    public TestServerHandler Handler => _handler;

    // A connection that has just begun.
    public static PhaseRig Start(SshRole role, SshLimits? limits = null, TimeProvider? time = null) =>
        new(role, limits ?? SshLimits.Default, time ?? TimeProvider.System);

    public static async Task<PhaseRig> ReachAsync(
        SshRole role, MessagePhase phase, bool strict, CancellationToken cancel, SshLimits? limits = null, TimeProvider? time = null)
    {
        PhaseRig rig = Start(role, limits, time);
        await rig.AdvanceAsync(phase, strict, cancel);
        rig._signInsBefore = rig._handler.SignIns + rig._handler.Queries + rig._handler.Opens;
        return rig;
    }

    public async Task<string> DisconnectTextAsync(CancellationToken cancel) =>
        await Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, cancel);

    public Task<SshConnectionEnd> EndAsync(CancellationToken cancel) => _run.WaitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await Peer.CloseAsync();
        _connection.Disconnect(DisconnectReason.ByApplication, "The test is over.");
        await _run;
        Peer.Dispose();
    }

    private async Task AdvanceAsync(MessagePhase phase, bool strict, CancellationToken cancel)
    {
        await Peer.ExchangeVersionsAsync(cancel);
        if (phase == MessagePhase.InitialKexInit)
        {
            return;
        }

        await Peer.SendKexInitAsync(strict: strict);
        await Peer.ReceiveKexInitAsync(cancel);
        if (phase == MessagePhase.InitialKexExchange)
        {
            return;
        }

        if (phase == MessagePhase.InitialNewKeys)
        {
            await ReachNewKeysAsync(cancel);
            return;
        }

        await Peer.FinishExchangeAsync(cancel);
        if (phase == MessagePhase.Service)
        {
            return;
        }

        await ReachAuthAsync(phase, cancel);
    }

    // Up to where our side waits for the peer's NEWKEYS, which the peer does not send; its packets stay in the clear.
    private async Task ReachNewKeysAsync(CancellationToken cancel)
    {
        if (Role == SshRole.Server)
        {
            await Peer.SendAsync(Peer.CreateInit());
            Peer.AcceptReply(await Peer.ExpectAsync(MessageNumber.KexExchangeReply, cancel));
        }
        else
        {
            await Peer.SendAsync(Peer.CreateReply(await Peer.ExpectAsync(MessageNumber.KexExchangeInit, cancel)));
        }

        await Peer.ReceiveNewKeysAsync(cancel);
    }

    private async Task ReachAuthAsync(MessagePhase phase, CancellationToken cancel)
    {
        if (Role == SshRole.Server)
        {
            await Peer.EnterAuthAsync(cancel);
        }
        else
        {
            await Peer.AwaitServiceRequestAsync(cancel);
            await Peer.SendAsync(RawPeer.Message(MessageNumber.ServiceAccept, m => m.String("ssh-userauth"u8)));
            await Peer.ExpectAsync(MessageNumber.UserAuthRequest, cancel);
        }

        if (phase == MessagePhase.Auth)
        {
            return;
        }

        if (Role == SshRole.Server)
        {
            await Peer.SendAsync(Peer.CreateSignIn(ConnectionPair.UserKey));
            await Peer.ExpectAsync(MessageNumber.UserAuthSuccess, cancel);
        }
        else
        {
            await Peer.SendAsync(RawPeer.Message(MessageNumber.UserAuthSuccess));
            await Peer.ExpectAliveAsync(cancel);
        }

        if (phase == MessagePhase.Open)
        {
            return;
        }

        await Peer.SendKexInitAsync(first: false);
        await Peer.ReceiveKexInitAsync(cancel);
        if (phase == MessagePhase.RekeyNewKeys)
        {
            await ReachNewKeysAsync(cancel);
        }
    }
}
