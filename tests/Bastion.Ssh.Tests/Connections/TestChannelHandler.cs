using System.Threading.Channels;

namespace Bastion.Ssh.Tests.Connections;

// Collects what a channel receives. Credit is given at once, or by the test.
internal sealed class TestChannelHandler : IChannelHandler
{
    private readonly MemoryStream _stdout = new();
    private readonly MemoryStream _stderr = new();
    private readonly Channel<SshChannelRequest> _requests = Channel.CreateUnbounded<SshChannelRequest>();
    private readonly TaskCompletionSource _eof = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writable = new(0);
    private long _received;

    public bool AutoCredit { get; init; } = true;

    public bool? AutoReply { get; init; } = true;

    public Task Eof => _eof.Task;

    public Task Closed => _closed.Task;

    public int ClosedCount { get; private set; }

    public long Received => Volatile.Read(ref _received);

    public byte[] Stdout
    {
        get
        {
            lock (_stdout)
            {
                return _stdout.ToArray();
            }
        }
    }

    public byte[] Stderr
    {
        get
        {
            lock (_stderr)
            {
                return _stderr.ToArray();
            }
        }
    }

    public void OnData(SshChannel channel, ReadOnlySpan<byte> data, bool isStderr)
    {
        MemoryStream target = isStderr ? _stderr : _stdout;
        lock (target)
        {
            target.Write(data);
        }

        Interlocked.Add(ref _received, data.Length);
        if (AutoCredit)
        {
            channel.Credit(data.Length);
        }
    }

    public void OnRequest(SshChannel channel, SshChannelRequest request)
    {
        _requests.Writer.TryWrite(request);
        if (AutoReply is { } reply)
        {
            request.Reply(reply);
        }
    }

    public void OnEof(SshChannel channel) => _eof.TrySetResult();

    public void OnClosed(SshChannel channel)
    {
        ClosedCount++;
        _eof.TrySetResult();
        _closed.TrySetResult();
    }

    public void OnWritable(SshChannel channel) => _writable.Release();

    public ValueTask<SshChannelRequest> NextRequestAsync(CancellationToken cancellationToken) => _requests.Reader.ReadAsync(cancellationToken);

    public Task WaitWritableAsync(CancellationToken cancellationToken) => _writable.WaitAsync(cancellationToken);

    // Sends everything, waiting whenever the channel is congested.
    public async Task SendAllAsync(SshChannel channel, ReadOnlyMemory<byte> data, bool stderr, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            int count = Math.Min(data.Length, 50_000);
            if (!channel.Send(data.Span[..count], stderr))
            {
                await WaitWritableAsync(cancellationToken);
            }

            data = data[count..];
        }
    }
}
