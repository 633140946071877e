using System.Buffers;
using System.IO.Pipelines;
using Bastion.Ssh.KeyExchange;

namespace Bastion.Ssh.Transport;

// The transport layer of one connection (RFC 4253): version exchange, key exchanges, and the read loop that judges every message
// by phase and hands it up. One loop reads; whoever has something to send uses Sender.
internal sealed partial class SshTransport : IAsyncDisposable
{
    private readonly IDuplexPipe _pipe;
    private readonly IKexSide _side;
    private readonly SshAlgorithms _algorithms;
    private readonly SshLimits _limits;
    private readonly string _ownVersion;
    private readonly TimeProvider _time;
    private readonly PacketReader _reader;
    private readonly PacketWriter _writer;
    private readonly CancellationTokenSource _stopping = new();
    private MessagePhase _phase = MessagePhase.InitialKexInit;
    private bool _strict;
    private string _peerVersion = "";
    private Exception? _sendFailure;
    private Task _cancelling = Task.CompletedTask;
    private volatile SshConnectionEnd? _end;

    public SshTransport(IDuplexPipe pipe, IKexSide side, SshAlgorithms algorithms, SshLimits limits, string softwareVersion, TimeProvider time)
    {
        _pipe = pipe;
        _side = side;
        _algorithms = algorithms;
        _limits = limits;
        _ownVersion = VersionExchange.Compose(softwareVersion);
        _time = time;
        _reader = new PacketReader(limits.RekeyBytes ?? long.MaxValue) { MaxPacketLength = limits.MaxPacketBeforeSignIn };
        _writer = new PacketWriter(limits.RekeyBytes ?? long.MaxValue);
        Sender = new PacketSender(pipe.Output, _writer, limits)
        {
            RekeyDue = StartRekeyLocked,
            Failed = Fail,
        };
    }

    public PacketSender Sender { get; }

    // The layer above: sign-in first, then the connection protocol. Set before RunAsync, replaced on the read loop.
    public IMessageHandler Upper { get; set; } = null!;

    // What the peer's EXT_INFO said (RFC 8308).
    public PeerExtensions PeerExtensions { get; private set; } = PeerExtensions.None;

    public string PeerVersion => _peerVersion;

    public byte[] SessionId { get; private set; } = [];

    // The host key blob of the first exchange: what hostbound sign-in must name (OpenSSH PROTOCOL §3.1).
    public byte[] InitialHostKey { get; private set; } = [];

    public KexChoice? Negotiated { get; private set; }

    // Time of the last packet of the peer, for keepalive.
    public long LastReceived { get; private set; }

    // Cancelled when the connection ends, for whatever a phase awaits.
    public CancellationToken Stopping => _stopping.Token;

    public MessagePhase Phase => _phase;

    // Version exchange, first key exchange, then messages until the end. Throws for a violation by the peer or a failure of ours;
    // returns when the peer left or Stop was called.
    public async Task RunAsync()
    {
        LastReceived = _time.GetTimestamp();
        SendVersion();

        // A server speaks at once: one round trip less. A client waits, because some servers lose what comes before their own line is out.
        if (_side.Role == SshRole.Server)
        {
            SendFirstKexInit();
        }

        if (!await ReadVersionAsync())
        {
            return;
        }

        if (_side.Role == SshRole.Client)
        {
            SendFirstKexInit();
        }

        await ReadPacketsAsync();
    }

    // The peer signed in: larger packets, rekeys, connection messages.
    public void OpenUp(IMessageHandler connectionProtocol)
    {
        _phase = MessagePhase.Open;
        _reader.MaxPacketLength = _limits.MaxPacket;
        Upper = connectionProtocol;
    }

    public void EnterAuth() => _phase = MessagePhase.Auth;

    // Ends the connection from any thread; the first end counts. The peer hears it, if it still listens.
    public void Stop(SshConnectionEnd end, DisconnectReason? tellPeer)
    {
        lock (Sender.Lock)
        {
            if (_end is not null)
            {
                return;
            }

            _end = end;
            if (tellPeer is { } reason)
            {
                SendDisconnectLocked(reason, end.Message);
            }
        }

        Sender.FlushNow();
        _cancelling = _stopping.CancelAsync(); // elsewhere: what waits for it must not run with our caller's locks held
        _pipe.Input.CancelPendingRead();
    }

    // Ends the connection by a failure of ours, from any thread: the read loop throws it.
    public void Fail(Exception failure)
    {
        Interlocked.CompareExchange(ref _sendFailure, failure, null);
        _pipe.Input.CancelPendingRead();
    }

    public SshConnectionEnd? End => _end;

    // After the loops are over and the sender was stopped.
    public async ValueTask DisposeAsync()
    {
        await _cancelling;
        lock (Sender.Lock)
        {
            _writer.Dispose();
        }

        _reader.Dispose();
        _kex?.Dispose();
    }

    private void SendVersion()
    {
        string line = _ownVersion + "\r\n";
        lock (Sender.Lock)
        {
            int written = System.Text.Encoding.ASCII.GetBytes(line, _pipe.Output.GetSpan(line.Length));
            _pipe.Output.Advance(written);
            Sender.CountUnframedLocked(written);
        }

        Sender.FlushNow();
    }

    private void SendFirstKexInit()
    {
        lock (Sender.Lock)
        {
            SendKexInitLocked();
        }

        Sender.FlushNow();
    }

    // False when the peer left, or Stop was called, before its line was whole.
    private async Task<bool> ReadVersionAsync()
    {
        VersionExchange exchange = new(isServer: _side.Role == SshRole.Server);
        while (_end is null)
        {
            ReadResult result = await _pipe.Input.ReadAsync();
            ReadOnlySequence<byte> buffer = result.Buffer;
            bool found = false;
            try
            {
                found = exchange.TryRead(ref buffer, out _peerVersion);
            }
            finally
            {
                _pipe.Input.AdvanceTo(buffer.Start, found ? buffer.Start : buffer.End);
            }

            ThrowIfSendFailed();
            if (found || result.IsCompleted)
            {
                return found;
            }
        }

        return false;
    }

    private async Task ReadPacketsAsync()
    {
        while (_end is null)
        {
            ReadResult result = await _pipe.Input.ReadAsync();
            ReadOnlySequence<byte> buffer = result.Buffer;
            LastReceived = _time.GetTimestamp();
            ValueTask step;
            bool interrupted = true;
            try
            {
                step = ProcessBuffer(ref buffer, out interrupted);
            }
            finally
            {
                // After an interruption the rest of the buffer is looked at again at once, else only when more has come.
                _pipe.Input.AdvanceTo(buffer.Start, interrupted ? buffer.Start : buffer.End);
            }

            await step;
            await Sender.WaitForRepliesAsync();
            ThrowIfSendFailed();
            if (result.IsCompleted && !interrupted)
            {
                ThrowIfTruncated(buffer.IsEmpty);
                return;
            }
        }
    }

    // Handles packets until the buffer holds no whole one, or is interrupted: by a step that needs time, or by a peer that provokes
    // more replies than it reads.
    private ValueTask ProcessBuffer(ref ReadOnlySequence<byte> buffer, out bool interrupted)
    {
        interrupted = true;
        FlushBatch.Begin();
        try
        {
            while (_end is null && !Sender.TooManyReplies)
            {
                if (!_reader.TryRead(ref buffer, out ReadOnlySpan<byte> payload))
                {
                    interrupted = false;
                    break;
                }

                ValueTask step = Dispatch(payload);
                if (!step.IsCompletedSuccessfully)
                {
                    return step;
                }

                StartRekeyIfDue();
            }
        }
        finally
        {
            FlushBatch.End();
        }

        return ValueTask.CompletedTask;
    }

    private void ThrowIfSendFailed()
    {
        if (_sendFailure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private static void ThrowIfTruncated(bool whole)
    {
        if (!whole)
        {
            throw new IOException("The connection was closed in the middle of a packet.");
        }
    }
}
