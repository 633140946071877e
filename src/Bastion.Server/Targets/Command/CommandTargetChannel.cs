using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Bastion.Ssh;

namespace Bastion.Server.Targets.Command;

// A program of a command target as a session's target: one loop writes what the client sends, one for each of stdout and stderr reads
// while there is room, and RunAsync waits for all of them and says how it ended.
internal sealed class CommandTargetChannel : ITargetChannel
{
    // As much as an SSH packet carries: what is read at once leaves in one piece.
    private const int ReadSize = 32 * 1024;

    // Output that may be on its way to the client before the program has to wait; with the client's own window behind it this keeps
    // the line busy, and a terminal's Ctrl-C is not buried under megabytes.
    private const int OutputWindow = 256 * 1024;

    private readonly ChildProcess _child;
    private readonly ITargetOutput _output;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _inputLock = new();

    // Unbounded here, bounded by the room that the session gives its client (see ITargetChannel.Send).
    private readonly Pipe _input = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly ReadinessSignal _outputRoom = new();
    private readonly ReadinessSignal _errorRoom = new();
    private long _queuedInput;
    private int _uncredited;
    private bool _inputEnded;
    private volatile bool _leaderEnded;
    private volatile string? _error;

    internal CommandTargetChannel(ChildProcess child, ITargetOutput output, ILogger logger)
    {
        _child = child;
        _output = output;
        _logger = logger;
    }

    public bool Send(ReadOnlySpan<byte> data)
    {
        lock (_inputLock)
        {
            if (_inputEnded)
            {
                return true;
            }

            Interlocked.Add(ref _queuedInput, data.Length);
            _input.Writer.Write(data);
            ValueTask<FlushResult> flush = _input.Writer.FlushAsync();
            Debug.Assert(flush.IsCompleted, "A pipe without a threshold never lets its writer wait.");
            return false;
        }
    }

    public void SendEof()
    {
        lock (_inputLock)
        {
            if (!_inputEnded)
            {
                _inputEnded = true;
                _input.Writer.Complete();
            }
        }
    }

    public void Credit(int bytes)
    {
        Interlocked.Add(ref _uncredited, -bytes);
        _outputRoom.Set();
        _errorRoom.Set();
    }

    public void Resize(TerminalSize size) => _child.Resize(size);

    public bool Signal(string name)
    {
        if (!SignalNames.TryGetNumber(name, out int number))
        {
            return false;
        }

        _child.Signal(number);
        return true;
    }

    public void SendBreak(uint milliseconds) => _child.SendBreak();

    // Wakes every loop; RunAsync then ends the program and all that it has started.
    public void Close()
    {
        _closing.TrySetResult();
        SendEof();
        _outputRoom.Close();
        _errorRoom.Close();
        _child.Streams.Dispose();
    }

    // To the end of the program, or to Close. Reports everything to the session; throws nothing.
    internal async Task RunAsync()
    {
        ChildStreams streams = _child.Streams;
        Task writing = WatchAsync(WriteInputAsync());
        Task leader = streams.IsTerminal ? StopWithLeaderAsync() : Task.CompletedTask;
        await Task.WhenAll(
            WatchAsync(PumpAsync(streams.Output, _outputRoom, isStderr: false)),
            streams.Error is { } stderr ? WatchAsync(PumpAsync(stderr, _errorRoom, isStderr: true)) : Task.CompletedTask);
        if (!_closing.Task.IsCompleted)
        {
            _output.OnOutputEof();
        }

        // It may run on with its output closed.
        if (await Task.WhenAny(_child.Exited, _closing.Task) == _child.Exited)
        {
            _output.OnExit(await _child.Exited);
        }

        Close();
        await _child.DisposeAsync();
        await Task.WhenAll(writing, leader);
        _output.OnClosed(_error);
    }

    // A loop that fails ends the others.
    private async Task WatchAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (Exception e)
        {
            _logger.CommandTargetFailed(e);
            _error = "The input or output of the program failed.";
            Close();
        }
    }

    // As sshd: on a terminal the session is over with its leader, whatever background jobs still hold the terminal; on pipes only when
    // the last holder has closed them, so that no output is lost.
    private async Task StopWithLeaderAsync()
    {
        await _child.Exited;
        _leaderEnded = true;
        _child.Streams.Output.WakeReader();
    }

    private async Task PumpAsync(PolledDescriptor source, ReadinessSignal room, bool isStderr)
    {
        while (true)
        {
            while (Volatile.Read(ref _uncredited) >= OutputWindow)
            {
                if (!await room.WaitAsync())
                {
                    return;
                }
            }

            bool last = _leaderEnded;
            int count = ReadOnce(source, isStderr);
            if (count == 0 || (count == PolledDescriptor.WouldBlock && last))
            {
                return;
            }

            if (count == PolledDescriptor.WouldBlock && !await source.WaitReadableAsync())
            {
                return;
            }
        }
    }

    // The buffer is rented for the moment only: a program that says nothing holds none.
    private int ReadOnce(PolledDescriptor source, bool isStderr)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            int count = source.TryRead(buffer.AsSpan(0, ReadSize));
            if (count > 0)
            {
                Interlocked.Add(ref _uncredited, count);
                _output.OnOutput(buffer.AsSpan(0, count), isStderr);
            }

            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true); // it held what the target printed
        }
    }

    private async Task WriteInputAsync()
    {
        PipeReader reader = _input.Reader;
        while (true)
        {
            ReadResult result = await reader.ReadAsync();
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                await WriteAllAsync(segment);
            }

            long written = result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (Interlocked.Add(ref _queuedInput, -written) == 0 && written > 0)
            {
                _output.OnWritable();
            }

            if (result.IsCompleted)
            {
                break;
            }
        }

        await reader.CompleteAsync();

        // A terminal stays open: its end of input is a character (VEOF) that only the user types. sshd does the same.
        if (!_child.Streams.IsTerminal)
        {
            _child.Streams.Input.Dispose();
        }
    }

    // What a program does not read any more is dropped, as a broken pipe drops it.
    private async ValueTask WriteAllAsync(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            int count = _child.Streams.Input.TryWrite(data.Span);
            if (count == 0 || (count == PolledDescriptor.WouldBlock && !await _child.Streams.Input.WaitWritableAsync()))
            {
                return;
            }

            data = data[Math.Max(count, 0)..];
        }
    }
}
