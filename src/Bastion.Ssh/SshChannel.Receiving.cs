using Bastion.Ssh.Channels;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh;

// The receive half: called by the mux on the read loop.
public sealed partial class SshChannel
{
    private readonly PendingReplies _pendingReplies = new();
    private readonly PendingAnswers _pendingAnswers = new();

    internal void OnData(ReadOnlySpan<byte> data, bool isStderr)
    {
        if (data.IsEmpty || !TakeWindow(data.Length))
        {
            return;
        }

        Handler!.OnData(this, data, isStderr);
    }

    // Extended data of an unknown type is dropped, but its room is given back: or the channel would stall.
    internal void OnDiscardedData(int length)
    {
        if (TakeWindow(length))
        {
            Credit(length);
        }
    }

    internal void OnEof()
    {
        if (!_eofReceived)
        {
            _eofReceived = true;
            Handler!.OnEof(this);
        }
    }

    internal void OnRequest(string type, bool wantReply, ref SshReader reader, int length)
    {
        SshChannelRequest request = ChannelRequestCodec.Read(type, ref reader);
        if (wantReply)
        {
            request.BindReply(this, length);
            lock (_sender.Lock)
            {
                _pendingReplies.Add(request, _mux.Limits);
            }
        }

        Handler!.OnRequest(this, request);
    }

    internal void OnAnswer(bool success) => _pendingAnswers.Complete(success, _sender.Lock);

    // After the peer's CLOSE, or with the end of the connection.
    internal void OnClosed(bool connectionLost)
    {
        FinishSending(sendClose: !connectionLost);
        if (_closedNotified)
        {
            return;
        }

        _closedNotified = true;
        _pendingAnswers.FailAll(_sender.Lock);
        Handler?.OnClosed(this);
    }

    internal void CompleteReply(SshChannelRequest request, bool success)
    {
        Span<byte> message = stackalloc byte[5];
        lock (_sender.Lock)
        {
            _pendingReplies.Complete(request, success);
            while (_pendingReplies.TryTake(out bool answer))
            {
                if (IsOpen && !_closeSent)
                {
                    WriteHead(message, answer ? MessageNumber.ChannelSuccess : MessageNumber.ChannelFailure);
                    _sender.SendLocked(message);
                }
            }
        }

        _sender.Flush();
    }

    // Enforces the window on arrival. Data after EOF is dropped without credit, so that a peer cannot go on with it for long.
    private bool TakeWindow(int length)
    {
        if (length > _mux.Limits.ChannelPacket)
        {
            SshProtocolException.Throw("Channel data is longer than our maximum packet size.");
        }

        lock (_sender.Lock)
        {
            _localWindow -= length;

            // OpenSSH tolerates a tenth of overrun, because some peers count padding; more is an attack (facts: CVE-2025-54804 and kin).
            if (_localWindow < -(_mux.Limits.ChannelWindow / 10))
            {
                SshProtocolException.Throw("A channel received more data than its window allows.");
            }

            return IsOpen && !_closeQueued && !_eofReceived;
        }
    }
}
