using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;

namespace Bastion.Server.Audit;

// The audit log: typed events to JSON lines, in order, through one writer. Disk rule: the writer takes everything that waits,
// writes it and calls fsync once before it takes more. So Write promises the disk within one fsync of an idle log, and WriteAsync
// completes after it. Fail closed: while the disk refuses, or takes so long that the queue fills, Healthy is false and Broken is
// cancelled. Whoever owns sessions ends them and takes no new ones. What waits is written when the disk comes back, with an
// audit.gap for what did not fit.
internal sealed class AuditLog : IHostedService, IDisposable
{
    // At the fsync rate of a slow disk (100/s) and one event each this is ten minutes of a busy node; in memory a few MiB.
    private const int QueueLength = 8192;

    // Bounds one write, and with it how long a caller of WriteAsync waits behind others.
    private const int BatchLength = 512;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private static readonly AuditJson Json = new(new JsonSerializerOptions(AuditJson.Default.Options) { Encoder = new AsciiEncoder() });

    private readonly AuditFile _file;
    private readonly string _node;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditLog> _logger;
    private readonly Channel<Entry> _queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _health = new();
    private CancellationTokenSource _broken = new();
    private Task _writer = Task.CompletedTask;
    private long _lost;

    internal AuditLog(AuditFile file, string node, TimeProvider time, ILogger<AuditLog> logger)
    {
        _file = file;
        _node = node;
        _time = time;
        _logger = logger;
    }

    internal bool Healthy => !Broken.IsCancellationRequested;

    // Cancelled when the log breaks. After a recovery this is a new token; take it once for each session.
    internal CancellationToken Broken
    {
        get
        {
            lock (_health)
            {
                return _broken.Token;
            }
        }
    }

    internal void Write(AuditEvent auditEvent) => Enqueue(new Entry(Serialize(auditEvent), null));

    // True when the event is on the disk; false when it is not there yet and the caller must not go on as if it were.
    internal Task<bool> WriteAsync(AuditEvent auditEvent)
    {
        TaskCompletionSource<bool> written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Entry(Serialize(auditEvent), written));
        return written.Task;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writer = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    // Everything that was accepted before is written first, unless the disk refuses once more.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _writer;
    }

    public void Dispose()
    {
        _file.Dispose();
        _stopping.Dispose();
        _broken.Dispose();
    }

    private void Enqueue(Entry entry)
    {
        if (_queue.Writer.TryWrite(entry))
        {
            return;
        }

        Interlocked.Increment(ref _lost);
        entry.Written?.SetResult(false);
        Break("the queue is full or the log is closed");
    }

    private async Task RunAsync()
    {
        List<Entry> batch = [];
        ArrayBufferWriter<byte> lines = new();
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            lines.ResetWrittenCount();
            AppendGap(lines);
            while (batch.Count < BatchLength && _queue.Reader.TryRead(out Entry entry))
            {
                batch.Add(entry);
                lines.Write(entry.Line);
            }

            if (!await TryWriteAsync(batch, lines.WrittenMemory))
            {
                return;
            }
        }
    }

    // Tries until the disk takes the batch; false when the process stops first.
    private async Task<bool> TryWriteAsync(List<Entry> batch, ReadOnlyMemory<byte> lines)
    {
        while (true)
        {
            try
            {
                _file.Append(lines.Span);
                Mend();
                batch.ForEach(entry => entry.Written?.TrySetResult(true));
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                Break(exception.Message);
                batch.ForEach(entry => entry.Written?.TrySetResult(false));
            }

            try
            {
                await Task.Delay(RetryInterval, _time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                _logger.AuditLost(batch.Count + _queue.Reader.Count);
                return false;
            }
        }
    }

    private void AppendGap(ArrayBufferWriter<byte> lines)
    {
        long lost = Interlocked.Exchange(ref _lost, 0);
        if (lost > 0)
        {
            lines.Write(Serialize(new AuditGap(lost)));
        }
    }

    private byte[] Serialize(AuditEvent auditEvent)
    {
        AuditEvent stamped = auditEvent with { Time = _time.GetUtcNow(), Node = _node };
        return [.. JsonSerializer.SerializeToUtf8Bytes(stamped, Json.AuditEvent), (byte)'\n'];
    }

    private void Break(string reason)
    {
        CancellationTokenSource broken;
        lock (_health)
        {
            broken = _broken;
            if (broken.IsCancellationRequested)
            {
                return;
            }
        }

        _logger.AuditBroken(reason);
        // The state changes now, the callbacks run on the pool: they end sessions and must not do that inside their own Write.
        _ = broken.CancelAsync();
    }

    private void Mend()
    {
        lock (_health)
        {
            if (!_broken.IsCancellationRequested)
            {
                return;
            }

            _broken = new CancellationTokenSource();
        }

        _logger.AuditMended();
    }

    private readonly record struct Entry(byte[] Line, TaskCompletionSource<bool>? Written);
}
