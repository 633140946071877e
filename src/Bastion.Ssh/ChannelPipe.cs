using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;

namespace Bastion.Ssh;

/// <summary>
/// Turns a channel into a pair of pipes, for a byte stream such as the one that <c>ssh -J</c> sends through <c>direct-tcpip</c>. Give it to
/// <see cref="SshChannelOpen.Accept"/>, then run whatever speaks over it. Completing <see cref="Output"/> sends EOF and closes the channel.
/// Back-pressure holds both ways: the peer gets room when the reader has taken the bytes, and the writer waits while the channel is congested.
/// </summary>
public sealed class ChannelPipe : IChannelHandler, IDuplexPipe
{
    // Half a channel window: one half may wait here while the other is under way.
    private static readonly PipeOptions InputOptions = new(
        readerScheduler: PipeScheduler.ThreadPool,
        pauseWriterThreshold: 1024 * 1024,
        resumeWriterThreshold: 512 * 1024,
        minimumSegmentSize: 32 * 1024,
        useSynchronizationContext: false);

    private static readonly PipeOptions OutputOptions = new(
        readerScheduler: PipeScheduler.ThreadPool,
        writerScheduler: PipeScheduler.ThreadPool,
        pauseWriterThreshold: 256 * 1024,
        resumeWriterThreshold: 128 * 1024,
        minimumSegmentSize: 32 * 1024,
        useSynchronizationContext: false);

    private readonly Pipe _input = new(InputOptions);
    private readonly Pipe _output = new(OutputOptions);
    private readonly Lock _lock = new();
    private readonly Channel<bool> _writable = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool _closed;
    private bool _inputCompleted;
    private bool _flushing;
    private int _owed; // bytes handed to the reader's pipe that were not credited yet
    private Task _flush = Task.CompletedTask;
    private Task _pump = Task.CompletedTask;

    /// <inheritdoc/>
    public PipeReader Input => _input.Reader;

    /// <inheritdoc/>
    public PipeWriter Output => _output.Writer;

    /// <summary>Completes when nothing of the channel runs any more.</summary>
    public Task Completion => Task.WhenAll(_flush, _pump);

    /// <summary>Starts sending what is written to <see cref="Output"/>. Call it once, after the channel was accepted.</summary>
    /// <param name="channel">The channel whose handler this is.</param>
    public void Start(SshChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        _pump = PumpOutputAsync(channel);
    }

    void IChannelHandler.OnData(SshChannel channel, ReadOnlySpan<byte> data, bool isStderr)
    {
        lock (_lock)
        {
            if (_inputCompleted || isStderr)
            {
                channel.Credit(data.Length); // nobody reads it, but the channel must not stall
                return;
            }

            _input.Writer.Write(data);
            _owed += data.Length;
            FlushLocked(channel);
        }
    }

    void IChannelHandler.OnRequest(SshChannel channel, SshChannelRequest request) => request.Reply(false);

    void IChannelHandler.OnEof(SshChannel channel) => CompleteInput();

    void IChannelHandler.OnWritable(SshChannel channel) => _writable.Writer.TryWrite(true);

    void IChannelHandler.OnClosed(SshChannel channel)
    {
        _closed = true;
        CompleteInput();
        _output.Reader.CancelPendingRead();
        _writable.Writer.TryWrite(true);
    }

    private void CompleteInput()
    {
        lock (_lock)
        {
            if (!_inputCompleted)
            {
                _inputCompleted = true;
                _input.Writer.Complete();
            }
        }
    }

    private void FlushLocked(SshChannel channel)
    {
        while (!_flushing && !_inputCompleted && _owed > 0)
        {
            int owed = _owed;
            _owed = 0;
            ValueTask<FlushResult> flush = _input.Writer.FlushAsync();
            if (!flush.IsCompletedSuccessfully)
            {
                _flushing = true;
                _flush = FinishFlushAsync(channel, flush, owed);
                return;
            }

            OnFlushedLocked(channel, flush.Result, owed);
        }
    }

    private async Task FinishFlushAsync(SshChannel channel, ValueTask<FlushResult> flush, int owed)
    {
        FlushResult result = await flush;
        lock (_lock)
        {
            _flushing = false;
            OnFlushedLocked(channel, result, owed);
            FlushLocked(channel);
        }
    }

    private void OnFlushedLocked(SshChannel channel, FlushResult result, int owed)
    {
        if (result.IsCompleted && !_inputCompleted)
        {
            _inputCompleted = true;
            _input.Writer.Complete();
        }

        channel.Credit(owed);
    }

    private async Task PumpOutputAsync(SshChannel channel)
    {
        PipeReader reader = _output.Reader;
        while (!_closed)
        {
            ReadResult result = await reader.ReadAsync();
            bool congested = Send(channel, result.Buffer);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }

            if (congested && !_closed)
            {
                await _writable.Reader.ReadAsync();
            }
        }

        channel.SendEof();
        channel.Close();
        await reader.CompleteAsync();
    }

    private static bool Send(SshChannel channel, in ReadOnlySequence<byte> data)
    {
        bool congested = false;
        foreach (ReadOnlyMemory<byte> segment in data)
        {
            congested |= !channel.Send(segment.Span);
        }

        return congested;
    }
}
