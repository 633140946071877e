using System.Text;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Sessions;

// A client's session channel that keeps what it receives. Room is given back at once, or not at all.
internal sealed class TestChannel(bool reads = true) : IChannelHandler
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _errors = new();
    private readonly List<string> _events = [];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _changed = new(0);
    private readonly SemaphoreSlim _writable = new(0);

    public SshChannel Channel { get; set; } = null!;

    public uint? ExitStatus { get; private set; }

    public string? ExitSignal { get; private set; }

    public Task Closed => _closed.Task.WaitAsync(TestContext.Current.CancellationToken);

    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public byte[] OutputBytes
    {
        get
        {
            lock (_output)
            {
                return _output.ToArray();
            }
        }
    }

    public long Received
    {
        get
        {
            lock (_output)
            {
                return _output.Length;
            }
        }
    }

    public string Errors
    {
        get
        {
            lock (_output)
            {
                return Encoding.UTF8.GetString(_errors.ToArray());
            }
        }
    }

    // data, eof, status, closed: in the order in which they first came.
    public IReadOnlyList<string> Events
    {
        get
        {
            lock (_output)
            {
                return [.. _events];
            }
        }
    }

    public void OnData(SshChannel channel, ReadOnlySpan<byte> data, bool isStderr)
    {
        lock (_output)
        {
            (isStderr ? _errors : _output).Write(data);
            Note("data");
        }

        if (reads)
        {
            channel.Credit(data.Length);
        }

        _changed.Release();
    }

    public void OnRequest(SshChannel channel, SshChannelRequest request)
    {
        request.Reply(false);
        lock (_output)
        {
            if (request is ExitStatusRequest status)
            {
                ExitStatus = status.Status;
                Note("status");
            }
            else if (request is ExitSignalRequest signal)
            {
                ExitSignal = signal.Name;
                Note("signal");
            }
        }
    }

    public void OnEof(SshChannel channel)
    {
        lock (_output)
        {
            Note("eof");
        }
    }

    public void OnClosed(SshChannel channel)
    {
        lock (_output)
        {
            Note("closed");
        }

        _closed.TrySetResult();
        _changed.Release();
        _writable.Release();
    }

    public void OnWritable(SshChannel channel) => _writable.Release();

    public async Task WaitForOutputAsync(string expected)
    {
        while (!Output.Contains(expected, StringComparison.Ordinal) && !Errors.Contains(expected, StringComparison.Ordinal))
        {
            Assert.False(_closed.Task.IsCompleted, $"The channel closed before '{expected}': {Output}{Errors}");
            await _changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public async Task WaitForReceivedAsync(long count)
    {
        while (Received < count)
        {
            Assert.False(_closed.Task.IsCompleted, $"The channel closed after {Received} bytes.");
            await _changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public void Send(string text) => Channel.Send(Encoding.UTF8.GetBytes(text));

    public async Task SendAllAsync(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            int count = Math.Min(data.Length, 50_000);
            if (!Channel.Send(data.Span[..count]))
            {
                await _writable.WaitAsync(TestContext.Current.CancellationToken);
            }

            data = data[count..];
        }
    }

    private void Note(string what)
    {
        if (!_events.Contains(what))
        {
            _events.Add(what);
        }
    }
}
