using Bastion.Ssh.KeyExchange;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Transport;

// Key exchanges, the first and later ones (RFC 4253 §7, §9; draft-miller-sshm-strict-kex). Sending: from our KEXINIT to our NEWKEYS
// the gate is closed, nothing but the exchange leaves. Receiving: the peer's messages go on until its own KEXINIT.
internal sealed partial class SshTransport
{
    // Null while no exchange runs. Set with Sender.Lock held, because a write can make keys due on any thread.
    private KexExchange? _kex;
    private bool _firstExchangeDone;

    // When the exchange that runs began, and when the keys in use came: for the timeouts that the connection's timer watches.
    public long KexStarted { get; private set; }

    public long KeysSince { get; private set; }

    public bool IsExchangingKeys => _kex is not null;

    // A rekey by age, on the timer's thread.
    public void StartRekey()
    {
        lock (Sender.Lock)
        {
            StartRekeyLocked();
        }

        Sender.Flush();
    }

    private void StartRekeyIfDue()
    {
        if (_reader.RekeyDue && _kex is null)
        {
            StartRekey();
        }
    }

    // Before sign-in nobody needs to rekey; who sends that much there is cut off.
    private void StartRekeyLocked()
    {
        if (_kex is not null || _end is not null)
        {
            return;
        }

        if (_phase != MessagePhase.Open)
        {
            Stop(new SshConnectionEnd(ConnectionEndReason.ProtocolError, "Too much was sent before sign-in."), DisconnectReason.ProtocolError);
            return;
        }

        SendKexInitLocked();
    }

    private void SendKexInitLocked()
    {
        KexInitMessage ours = KexInitMessage.Create(
            _algorithms, _side.HostKeyAlgorithms, isServer: _side.Role == SshRole.Server, isFirst: !_firstExchangeDone);
        KexStarted = _time.GetTimestamp();
        _kex = new KexExchange(_side.Role, ours, SessionId.Length == 0 ? null : SessionId);
        Sender.CloseGateLocked();
        Sender.SendPastGateLocked(ours.Payload.Span);
    }

    private void OnKexInit(ReadOnlySpan<byte> payload)
    {
        KexInitMessage theirs = KexInitMessage.Parse(payload);
        lock (Sender.Lock)
        {
            if (_kex is null)
            {
                SendKexInitLocked();
            }
        }

        Sender.Flush();
        if (!_firstExchangeDone)
        {
            DetectStrict(theirs);
        }

        KexExchange exchange = _kex!;
        exchange.Accept(theirs);
        _phase = _firstExchangeDone ? MessagePhase.RekeyExchange : MessagePhase.InitialKexExchange;
        if (_side.Begin(exchange) is { } first)
        {
            lock (Sender.Lock)
            {
                Sender.SendPastGateLocked(first);
            }

            Sender.Flush();
        }
    }

    // Strict key exchange is agreed on in the first KEXINITs only, and then demands that they were the very first packets.
    private void DetectStrict(KexInitMessage theirs)
    {
        _strict = _side.Role == SshRole.Server ? theirs.ClientOffersStrictKex : theirs.ServerOffersStrictKex;
        if (_strict && _reader.SequenceNumber != 1)
        {
            SshProtocolException.Throw("Strict key exchange: KEXINIT was not the first packet.");
        }
    }

    // A client that guessed wrongly has sent one message for another method: it is dropped, whatever its number (RFC 4253 §7).
    private bool DropsGuessedPacket(byte number)
    {
        if (_phase is not (MessagePhase.InitialKexExchange or MessagePhase.RekeyExchange)
            || number is < 30 or > 49
            || _kex is not { DropsNextMessage: true } exchange)
        {
            return false;
        }

        exchange.DropsNextMessage = false;
        return true;
    }

    // The asymmetric work happens here, on the read loop: nothing else may come in meanwhile anyway.
    private async ValueTask OnKexMessageAsync(byte[] message)
    {
        KexExchange exchange = _kex!;
        (string client, string server) = _side.Role == SshRole.Server ? (_peerVersion, _ownVersion) : (_ownVersion, _peerVersion);
        exchange.SetVersions(client, server);
        byte[]? answer = await _side.CompleteAsync(exchange, message, Stopping);
        if (!_firstExchangeDone)
        {
            SessionId = exchange.SessionId;
            InitialHostKey = exchange.HostKey;
        }

        Negotiated = exchange.Choice;
        _phase = _firstExchangeDone ? MessagePhase.RekeyNewKeys : MessagePhase.InitialNewKeys;
        SendNewKeys(exchange, answer);
    }

    // Our answer, NEWKEYS, and everything after it under the new keys (RFC 4253 §7.3). A server's EXT_INFO is its very next packet.
    private void SendNewKeys(KexExchange exchange, byte[]? answer)
    {
        lock (Sender.Lock)
        {
            if (answer is not null)
            {
                Sender.SendPastGateLocked(answer);
            }

            Sender.SendPastGateLocked([(byte)MessageNumber.NewKeys]);
            _writer.SwitchKeys(exchange.CreateEncryptor(), resetSequenceNumber: _strict);
            if (!_firstExchangeDone && _side.Role == SshRole.Server && exchange.TheirsOfferExtInfo)
            {
                Sender.SendPastGateLocked(PeerExtensions.BuildForServer(_algorithms.UserKeys));
            }

            Sender.OpenGateLocked();
        }

        Sender.Drain();
    }

    private void OnNewKeys(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 1)
        {
            SshProtocolException.ThrowTrailingBytes();
        }

        KexExchange exchange = _kex!;
        _reader.SwitchKeys(exchange.CreateDecryptor(), resetSequenceNumber: _strict);
        _packetsSinceNewKeys = 0;
        KeysSince = _time.GetTimestamp();
        bool isRekey = _firstExchangeDone;
        _firstExchangeDone = true;
        _phase = isRekey ? MessagePhase.Open : MessagePhase.Service;
        lock (Sender.Lock)
        {
            _kex = null; // last: from here on any thread may start the next exchange
        }

        exchange.Dispose();
        if (!isRekey)
        {
            Upper.OnTransportReady();
        }
    }
}
