using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Bastion.Server.Targets;

// A connected socket as a pair of pipes, for connections to targets: the two loops that Kestrel has for clients, with the same memory
// pool. Disposing it closes the socket and ends both loops.
internal sealed class SocketPipe : IDuplexPipe, IAsyncDisposable
{
    // What may wait unread or unsent; the same 1 MiB as the listener's buffers.
    internal const int BufferSize = 1024 * 1024;

    // Below this the rest of a block is not worth a receive; a new block is taken.
    private const int MinimumReceive = 16 * 1024;

    private readonly Socket _socket;
    private readonly Pipe _received;
    private readonly Pipe _sending;
    private readonly Task _receiveLoop;
    private readonly Task _sendLoop;
    private int _disposed;

    internal SocketPipe(Socket socket, MemoryPool<byte> pool)
    {
        _socket = socket;
        PipeOptions options = new(
            pool, pauseWriterThreshold: BufferSize, resumeWriterThreshold: BufferSize / 2, minimumSegmentSize: MinimumReceive, useSynchronizationContext: false);

        // The receive loop runs the connection's read loop itself: a thread hop less for every piece that arrives. Not so the other way
        // round: who writes may hold the connection's send lock.
        _received = new Pipe(new PipeOptions(
            pool,
            readerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: BufferSize,
            resumeWriterThreshold: BufferSize / 2,
            minimumSegmentSize: MinimumReceive,
            useSynchronizationContext: false));
        _sending = new Pipe(options);
        _receiveLoop = ReceiveAsync();
        _sendLoop = SendAsync();
    }

    public PipeReader Input => _received.Reader;

    public PipeWriter Output => _sending.Writer;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // Wakes the loops wherever they wait: in the socket, for the user of the pipes, or for room.
        _socket.Dispose();
        _received.Writer.CancelPendingFlush();
        _sending.Reader.CancelPendingRead();
        await _receiveLoop;
        await _sendLoop;
    }

    private async Task ReceiveAsync()
    {
        PipeWriter writer = _received.Writer;
        Exception? error = null;
        try
        {
            while (true)
            {
                // Without a buffer: an idle connection holds none.
                await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                int count = await _socket.ReceiveAsync(writer.GetMemory(MinimumReceive), SocketFlags.None);
                if (count == 0)
                {
                    break;
                }

                writer.Advance(count);
                FlushResult result = await writer.FlushAsync();
                ObjectDisposedException.ThrowIf(result.IsCanceled, this);
                if (result.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            error = new IOException("The connection was lost.", e);
        }

        await writer.CompleteAsync(error);
    }

    private async Task SendAsync()
    {
        PipeReader reader = _sending.Reader;
        try
        {
            while (true)
            {
                ReadResult result = await reader.ReadAsync();
                ObjectDisposedException.ThrowIf(result.IsCanceled, this);
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                {
                    await SendAllAsync(segment);
                }

                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    _socket.Shutdown(SocketShutdown.Send);
                    break;
                }
            }

            await reader.CompleteAsync();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await reader.CompleteAsync(new IOException("The connection was lost.", e));
        }
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None)..];
        }
    }
}
