using System.Buffers;
using System.IO.Pipelines;

namespace Bastion.Ssh.Transport;

// The send half of a connection: the lock, the packet writer, and the gate that key exchanges and a full socket close.
// While the gate is closed, replies wait in one bounded queue and channels keep their own bytes; when it opens, replies leave first,
// then the channels take turns. Nothing here waits: a sender that cannot send returns, and the caller stops crediting its source.
// Lock order: never call a channel handler, or another connection, with Lock held.
internal sealed class PacketSender
{
    // Bytes handed to the pipe before we flush inside a batch, so that the socket works while we go on encrypting.
    private const int FlushThreshold = 256 * 1024;

    private readonly PipeWriter _output;
    private readonly PacketWriter _writer;
    private readonly SshLimits _limits;
    private readonly Queue<QueuedReply> _replies = new();
    private readonly Queue<SshChannel> _ready = new();
    private int _replyBytes;
    private int _unflushed;
    private bool _kexGateClosed;
    private bool _flushPending;
    private bool _stopped;
    private Task _flushTask = Task.CompletedTask;
    private TaskCompletionSource? _repliesDrained;

    public PacketSender(PipeWriter output, PacketWriter writer, SshLimits limits)
    {
        _output = output;
        _writer = writer;
        _limits = limits;
    }

    // Guards everything that sending touches: the writer, the gate, the queues, and the windows of the connection's channels.
    public Lock Lock { get; } = new();

    // Called with Lock held when a write made fresh keys due.
    public Action? RekeyDue { get; set; }

    // Called once, on any thread and maybe with Lock held, when the output is broken: the socket failed, or encryption did.
    public Action<Exception>? Failed { get; set; }

    // With Lock held: may channel data leave now? Never past a reply that waits, so that the order of a channel's messages holds.
    public bool CanSend => IsGateOpen && _replies.Count == 0;

    private bool IsGateOpen => !_kexGateClosed && !_flushPending && !_stopped;

    // A message that the gate may hold back: replies, requests, window adjusts, channel opens.
    public void Send(ReadOnlySpan<byte> payload)
    {
        lock (Lock)
        {
            SendLocked(payload);
        }

        Flush();
    }

    public void SendLocked(ReadOnlySpan<byte> payload)
    {
        if (_stopped)
        {
            return;
        }

        if (CanSend)
        {
            WriteLocked(payload, default);
            return;
        }

        byte[] copy = ArrayPool<byte>.Shared.Rent(payload.Length);
        payload.CopyTo(copy);
        _replies.Enqueue(new QueuedReply(copy, payload.Length));
        _replyBytes += payload.Length;
    }

    // Messages of a key exchange and DISCONNECT pass the gate (RFC 4253 §7.1). With Lock held.
    public void SendPastGateLocked(ReadOnlySpan<byte> payload)
    {
        if (!_stopped)
        {
            WriteLocked(payload, default);
        }
    }

    // One packet whose payload is head ‖ body, encrypted straight from where the body lies. With Lock held and CanSend true.
    // Never throws: the caller may be the read loop of another connection, which has nothing to do with our failure.
    public void WriteLocked(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        try
        {
            _unflushed += _writer.Write(_output, head, body);
        }
        catch (Exception e)
        {
            FailLocked(e); // nothing may follow a packet that failed half way
            return;
        }

        if (_writer.RekeyDue && !_kexGateClosed)
        {
            RekeyDue?.Invoke();
        }

        if (_unflushed >= FlushThreshold)
        {
            FlushLocked();
        }
    }

    // The identification line is no packet, but has to be flushed like one.
    public void CountUnframedLocked(int bytes) => _unflushed += bytes;

    public void CloseGateLocked() => _kexGateClosed = true;

    public void OpenGateLocked() => _kexGateClosed = false;

    // True while more replies wait than the peer may provoke: the read loop then stops reading.
    public bool TooManyReplies => _replies.Count > _limits.MaxQueuedReplies || _replyBytes > _limits.MaxQueuedReplyBytes;

    public Task WaitForRepliesAsync()
    {
        lock (Lock)
        {
            if (!TooManyReplies || _stopped)
            {
                return Task.CompletedTask;
            }

            _repliesDrained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _repliesDrained.Task;
        }
    }

    // With Lock held: the channel has queued bytes and window, and wants a turn.
    public void MarkReadyLocked(SshChannel channel)
    {
        if (!channel.IsReadyQueued)
        {
            channel.IsReadyQueued = true;
            _ready.Enqueue(channel);
        }
    }

    // Lets everything leave that may leave now. Called when the gate opens, a flush ends or a window grows.
    public void Drain()
    {
        List<SshChannel>? writable = null;
        lock (Lock)
        {
            while (IsGateOpen && _replies.TryDequeue(out QueuedReply reply))
            {
                _replyBytes -= reply.Length;
                WriteLocked(reply.Buffer.AsSpan(0, reply.Length), default);
                ArrayPool<byte>.Shared.Return(reply.Buffer);
            }

            while (CanSend && _ready.TryDequeue(out SshChannel? channel))
            {
                channel.IsReadyQueued = false;
                if (channel.SendQueuedLocked())
                {
                    (writable ??= []).Add(channel);
                }
            }

            if (_repliesDrained is not null && (!TooManyReplies || _stopped))
            {
                _repliesDrained.SetResult();
                _repliesDrained = null;
            }
        }

        if (writable is not null)
        {
            foreach (SshChannel channel in writable)
            {
                channel.NotifyWritable();
            }
        }

        Flush();
    }

    public void Flush()
    {
        if (!FlushBatch.TryDefer(this))
        {
            FlushNow();
        }
    }

    public void FlushNow()
    {
        lock (Lock)
        {
            FlushLocked();
        }
    }

    // Ends sending for good. The pipe is completed by the connection when its loops are over.
    public Task StopAsync()
    {
        lock (Lock)
        {
            FlushLocked();
            _stopped = true;
            while (_replies.TryDequeue(out QueuedReply reply))
            {
                ArrayPool<byte>.Shared.Return(reply.Buffer);
            }

            _replyBytes = 0;
            _ready.Clear();
            _repliesDrained?.TrySetResult();
            _repliesDrained = null;
            return _flushTask;
        }
    }

    private void FlushLocked()
    {
        if (_flushPending || _unflushed == 0 || _stopped)
        {
            return;
        }

        _unflushed = 0;
        try
        {
            ValueTask<FlushResult> flush = _output.FlushAsync();
            if (flush.IsCompletedSuccessfully)
            {
                _ = flush.Result; // a completed reader is a closed socket; the read loop learns of it by itself
                return;
            }

            _flushPending = true;
            _flushTask = FinishFlushAsync(flush);
        }
        catch (Exception e)
        {
            FailLocked(e); // the socket broke, and the pipe says so at once
        }
    }

    private async Task FinishFlushAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            await flush;
            lock (Lock)
            {
                _flushPending = false;
            }

            Drain();
        }
        catch (Exception e)
        {
            lock (Lock)
            {
                FailLocked(e);
            }
        }
    }

    private void FailLocked(Exception failure)
    {
        _stopped = true;
        Failed?.Invoke(failure);
    }

    private readonly record struct QueuedReply(byte[] Buffer, int Length);
}
