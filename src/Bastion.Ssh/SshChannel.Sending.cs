using System.Buffers.Binary;
using Bastion.Ssh.Channels;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh;

// The send half: window, packet size, and the queue of what cannot leave yet. Everything here runs with the send lock held.
public sealed partial class SshChannel
{
    // A channel's turn when several have something queued: four packets of 32 KiB, then the next one.
    private const int Quantum = 128 * 1024;

    // RFC 4254 §5.2
    //   byte SSH_MSG_CHANNEL_DATA; uint32 recipient channel; string data
    //   byte SSH_MSG_CHANNEL_EXTENDED_DATA; uint32 recipient channel; uint32 data_type_code (1 = stderr); string data
    private const int DataHead = 9;
    private const int ExtendedDataHead = 13;
    private const uint StderrCode = 1;

    // Sends queued bytes while the gate, the window and the quantum allow. True if the queue emptied and somebody waits for that.
    internal bool SendQueuedLocked()
    {
        int budget = Quantum;
        while (!_outbox.IsEmpty && _sender.CanSend)
        {
            ReadOnlySpan<byte> data = _outbox.Peek(out OutboxKind kind);
            if (kind == OutboxKind.Message)
            {
                WriteMessageLocked(data);
                _outbox.Consume(data.Length);
                continue;
            }

            if (budget <= 0 || _remoteWindow == 0)
            {
                break;
            }

            int left = SendNowLocked(data[..Math.Min(data.Length, budget)], kind == OutboxKind.Stderr).Length;
            int sent = Math.Min(data.Length, budget) - left;
            budget -= sent;
            _outbox.Consume(sent);
        }

        if (!_outbox.IsEmpty)
        {
            MarkReadyLocked();
            return false;
        }

        bool notify = _congested;
        _congested = false;
        return notify;
    }

    internal void NotifyWritable() => Handler?.OnWritable(this);

    // RFC 4254 §5.2: the window never exceeds 2^32 - 1.
    internal void AddRemoteWindow(uint bytes)
    {
        lock (_sender.Lock)
        {
            if (_remoteWindow + bytes > uint.MaxValue)
            {
                SshProtocolException.Throw("A channel window was adjusted beyond 2^32 - 1.");
            }

            _remoteWindow += bytes;
            MarkReadyLocked();
        }
    }

    // Answers a CLOSE of the peer at once: what is still queued has nobody to read it. Then the channel is silent for good.
    internal void FinishSending(bool sendClose)
    {
        Span<byte> message = stackalloc byte[5];
        lock (_sender.Lock)
        {
            _outbox.Clear();
            _congested = false;
            if (sendClose && IsOpen && !_closeSent)
            {
                WriteHead(message, MessageNumber.ChannelClose);
                _closeQueued = true;
                _closeSent = true;
                _sender.SendLocked(message);
            }

            IsOpen = false;
        }

        _sender.Flush();
    }

    // Returns what did not fit into the window, or past a gate that closed meanwhile.
    private ReadOnlySpan<byte> SendNowLocked(ReadOnlySpan<byte> data, bool stderr)
    {
        Span<byte> head = stackalloc byte[ExtendedDataHead];
        while (!data.IsEmpty && _remoteWindow > 0 && _sender.CanSend)
        {
            int count = (int)Math.Min(Math.Min(data.Length, _remotePacket), _remoteWindow);
            WriteDataHead(head, count, stderr);
            _sender.WriteLocked(head[..(stderr ? ExtendedDataHead : DataHead)], data[..count]);
            _remoteWindow -= count;
            data = data[count..];
        }

        return data;
    }

    private void SendOrQueueLocked(ReadOnlySpan<byte> message)
    {
        if (_outbox.IsEmpty && _sender.CanSend)
        {
            WriteMessageLocked(message);
            return;
        }

        _outbox.Append(OutboxKind.Message, message);
        MarkReadyLocked();
    }

    private void WriteMessageLocked(ReadOnlySpan<byte> message)
    {
        if (message[0] == (byte)MessageNumber.ChannelClose)
        {
            _closeSent = true;
        }

        _sender.WriteLocked(message, default);
    }

    private void MarkReadyLocked()
    {
        if (_outbox.IsEmpty)
        {
            return;
        }

        _outbox.Peek(out OutboxKind kind);
        if (kind == OutboxKind.Message || _remoteWindow > 0)
        {
            _sender.MarkReadyLocked(this);
        }
    }

    private void WriteDataHead(Span<byte> head, int count, bool stderr)
    {
        if (stderr)
        {
            WriteHead(head, MessageNumber.ChannelExtendedData);
            WriteUInt32(head[5..], StderrCode);
            WriteUInt32(head[9..], (uint)count);
            return;
        }

        WriteHead(head, MessageNumber.ChannelData);
        WriteUInt32(head[5..], (uint)count);
    }

    private void WriteHead(Span<byte> message, MessageNumber number)
    {
        message[0] = (byte)number;
        WriteUInt32(message[1..], _remoteId);
    }

    private static void WriteUInt32(Span<byte> destination, uint value) => BinaryPrimitives.WriteUInt32BigEndian(destination, value);
}
