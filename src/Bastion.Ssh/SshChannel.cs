using Bastion.Ssh.Channels;
using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh;

/// <summary>
/// One SSH channel (RFC 4254 §5), in either role. All methods may be called from any thread and none of them waits. Both directions
/// are independent: a peer that does not read never stops what it sends, and the other way round.
/// </summary>
public sealed partial class SshChannel
{
    private readonly ChannelMux _mux;
    private readonly PacketSender _sender;

    // The fields below are guarded by _sender.Lock.
    private readonly ChannelOutbox _outbox = new();
    private uint _remoteId;
    private long _remoteWindow;
    private int _remotePacket;
    private bool _eofSent;
    private bool _closeSent;
    private bool _closeQueued;
    private bool _congested;
    private long _localWindow;
    private int _pendingCredit;

    // Touched by the read loop only.
    private bool _eofReceived;
    private bool _closedNotified;

    internal SshChannel(ChannelMux mux, PacketSender sender, uint id, string type)
    {
        _mux = mux;
        _sender = sender;
        Id = id;
        Type = type;
        _localWindow = mux.Limits.ChannelWindow;
    }

    /// <summary>Our number of the channel.</summary>
    public uint Id { get; }

    /// <summary>The type it was opened with: <c>session</c>, <c>direct-tcpip</c>.</summary>
    public string Type { get; }

    /// <summary>The connection that carries the channel.</summary>
    public SshConnection Connection => _mux.Connection;

    internal IChannelHandler? Handler { get; private set; }

    internal bool IsOpen { get; private set; }

    // Set while the channel waits in the sender's queue of ready channels.
    internal bool IsReadyQueued { get; set; }

    /// <summary>
    /// Sends bytes: as much as the peer's window and the socket take now leaves at once, the rest is queued in order.
    /// </summary>
    /// <param name="data">The bytes; they are encrypted or copied before the call returns.</param>
    /// <param name="stderr">True to send them as extended data of type 1.</param>
    /// <returns>
    /// False if something is queued: the caller then stops crediting the source of the bytes until <see cref="IChannelHandler.OnWritable"/>,
    /// which bounds the queue by the source's window.
    /// </returns>
    public bool Send(ReadOnlySpan<byte> data, bool stderr = false)
    {
        bool congested;
        lock (_sender.Lock)
        {
            if (!IsOpen || _eofSent || _closeQueued)
            {
                return true;
            }

            if (_outbox.IsEmpty && _sender.CanSend)
            {
                data = SendNowLocked(data, stderr);
            }

            if (!data.IsEmpty)
            {
                _outbox.Append(stderr ? OutboxKind.Stderr : OutboxKind.Data, data);
                _congested = true;
                MarkReadyLocked();
            }

            congested = _congested;
        }

        _sender.Flush();
        return !congested;
    }

    /// <summary>Says that no more data comes from us (RFC 4254 §5.3), behind everything that is queued.</summary>
    public void SendEof()
    {
        Span<byte> message = stackalloc byte[5];
        lock (_sender.Lock)
        {
            if (!IsOpen || _eofSent || _closeQueued)
            {
                return;
            }

            _eofSent = true;
            WriteHead(message, MessageNumber.ChannelEof);
            SendOrQueueLocked(message);
        }

        _sender.Flush();
    }

    /// <summary>Closes the channel (RFC 4254 §5.3), behind everything that is queued.</summary>
    public void Close()
    {
        Span<byte> message = stackalloc byte[5];
        lock (_sender.Lock)
        {
            if (!IsOpen || _closeQueued)
            {
                return;
            }

            _closeQueued = true;
            WriteHead(message, MessageNumber.ChannelClose);
            SendOrQueueLocked(message);
        }

        _sender.Flush();
    }

    /// <summary>Sends a request without asking for an answer, behind everything that is queued.</summary>
    /// <param name="request">The request.</param>
    public void Request(SshChannelRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        SendRequest(request, wantReply: false);
    }

    /// <summary>Sends a request and waits for the answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Gives up waiting; the request stays sent.</param>
    /// <returns>True for success; false for failure, also when the channel or its connection ends first.</returns>
    public async ValueTask<bool> RequestAsync(SshChannelRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Task<bool> answer = SendRequest(request, wantReply: true);
        return await answer.WaitAsync(cancellationToken);
    }

    /// <summary>Gives the peer room for more bytes, after the same number has gone on to where it belongs.</summary>
    /// <param name="bytes">How many; never more than was received and not credited yet.</param>
    public void Credit(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        lock (_sender.Lock)
        {
            if (!IsOpen || _closeSent)
            {
                return;
            }

            _pendingCredit += bytes;

            // One adjust per quarter of the window: few messages, and the peer never runs dry.
            if (_pendingCredit < _mux.Limits.ChannelWindow / 4)
            {
                return;
            }

            Span<byte> message = stackalloc byte[9];
            WriteHead(message, MessageNumber.ChannelWindowAdjust);
            WriteUInt32(message[5..], (uint)_pendingCredit);
            _localWindow += _pendingCredit;
            _pendingCredit = 0;
            _sender.SendLocked(message);
        }

        _sender.Flush();
    }

    // The channel is open: ours was confirmed, or we confirmed the peer's.
    internal void Open(IChannelHandler handler, uint remoteId, uint remoteWindow, uint remotePacket)
    {
        lock (_sender.Lock)
        {
            Handler = handler;
            _remoteId = remoteId;
            _remoteWindow = remoteWindow;
            _remotePacket = (int)Math.Min(remotePacket, (uint)_mux.Limits.ChannelPacket);
            IsOpen = true;
        }
    }

    private Task<bool> SendRequest(SshChannelRequest request, bool wantReply)
    {
        Task<bool> answer = Task.FromResult(false);
        SshWriter writer = new(stackalloc byte[256]);
        try
        {
            lock (_sender.Lock)
            {
                if (!IsOpen || _closeQueued)
                {
                    return answer;
                }

                if (wantReply)
                {
                    answer = _pendingAnswers.Add();
                }

                writer.WriteByte((byte)MessageNumber.ChannelRequest);
                writer.WriteUInt32(_remoteId);
                writer.WriteString(request.Type);
                writer.WriteBoolean(wantReply);
                ChannelRequestCodec.Write(ref writer, request);
                SendOrQueueLocked(writer.Written);
            }
        }
        finally
        {
            writer.Dispose();
        }

        _sender.Flush();
        return answer;
    }
}
