using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Bastion.Server.Listener;

// Memory for sockets in blocks that hold several SSH packets: with Kestrel's 4 KiB blocks a 32 KiB packet costs nine receives, and
// receiving is then three times slower than the network. One pool serves clients and targets. An idle connection holds no block,
// because Kestrel and SocketPipe both wait for data before they take one.
internal sealed class BigBlockMemoryPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    // Eight packets of 32 KiB less overhead: beyond this size a socket receive gains nothing more.
    internal const int BlockSize = 256 * 1024;

    // Blocks kept for the next connection, 64 MiB at most; what a burst took beyond that goes back to the garbage collector.
    private const int MaxIdleBlocks = 256;

    private readonly ConcurrentBag<byte[]> _idle = [];
    private int _idleCount;

    public override int MaxBufferSize => BlockSize;

    // Blocks waiting to be used again.
    internal int IdleBlocks => Volatile.Read(ref _idleCount);

    // Kestrel asks for one pool per I/O queue; they are all this one.
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (!_idle.TryTake(out byte[]? block))
        {
            // Pinned from the start: sockets pin what they use, and pins scattered over the heap keep it from being compacted.
            return new Block(this, GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true));
        }

        Interlocked.Decrement(ref _idleCount);
        return new Block(this, block);
    }

    // Each transport disposes "its" pool when it stops, others go on with it.
    protected override void Dispose(bool disposing)
    {
    }

    private void Return(byte[] block)
    {
        if (Interlocked.Increment(ref _idleCount) <= MaxIdleBlocks)
        {
            _idle.Add(block);
            return;
        }

        Interlocked.Decrement(ref _idleCount);
    }

    private sealed class Block(BigBlockMemoryPool pool, byte[] bytes) : IMemoryOwner<byte>
    {
        private byte[]? _bytes = bytes;

        public Memory<byte> Memory => _bytes ?? throw new ObjectDisposedException(nameof(Block));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
            {
                pool.Return(bytes);
            }
        }
    }
}
