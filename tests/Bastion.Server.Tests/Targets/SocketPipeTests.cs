using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Bastion.Server.Listener;
using Bastion.Server.Targets;
using Xunit;

namespace Bastion.Server.Tests.Targets;

public sealed class SocketPipeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Bytes_BothWaysAtOnce_AreTheSame()
    {
        BigBlockMemoryPool pool = new();
        (SocketPipe left, SocketPipe right) = await ConnectAsync(pool);
        byte[] up = RandomNumberGenerator.GetBytes(16 << 20);
        byte[] down = RandomNumberGenerator.GetBytes(16 << 20);

        Task<byte[]> atRight = ReadToEndAsync(right.Input);
        Task<byte[]> atLeft = ReadToEndAsync(left.Input);
        await Task.WhenAll(WriteAsync(left.Output, up), WriteAsync(right.Output, down));

        Assert.True((await atRight).AsSpan().SequenceEqual(up));
        Assert.True((await atLeft).AsSpan().SequenceEqual(down));
        await left.DisposeAsync();
        await right.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task PeerThatResets_IsALostConnection()
    {
        (SocketPipe pipe, Socket peer) = await ConnectToSocketAsync(MemoryPool<byte>.Shared);
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();

        await Assert.ThrowsAsync<IOException>(async () => await pipe.Input.ReadAsync(Cancel));
        await pipe.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task Dispose_EndsBothLoops_WhateverTheyWaitFor()
    {
        (SocketPipe pipe, Socket peer) = await ConnectToSocketAsync(MemoryPool<byte>.Shared);
        Task<FlushResult> unsent = WriteAsync(pipe.Output, new byte[64 << 20]); // the peer does not read
        Task<int> unread = peer.SendAsync(new byte[64 << 20], Cancel).AsTask(); // and nobody reads what it sends

        await pipe.DisposeAsync().AsTask().WaitAsync(Cancel);

        await Assert.ThrowsAsync<IOException>(() => unsent);
        await Assert.ThrowsAsync<SocketException>(() => unread);
        peer.Dispose();
    }

    // Nothing is held while nothing comes: ten thousand idle connections cost no blocks.
    [Fact(Timeout = 30_000)]
    public async Task IdleConnection_HoldsNoBlock()
    {
        CountingPool pool = new();
        (SocketPipe pipe, Socket peer) = await ConnectToSocketAsync(pool);
        await peer.SendAsync("hello"u8.ToArray(), Cancel);
        ReadResult result = await pipe.Input.ReadAtLeastAsync(5, Cancel);
        Assert.Equal(1, pool.Rented);

        pipe.Input.AdvanceTo(result.Buffer.End);
        Assert.Equal(0, pool.Rented);
        await pipe.DisposeAsync();
        peer.Dispose();
    }

    private static async Task<FlushResult> WriteAsync(PipeWriter writer, byte[] data)
    {
        FlushResult result = await writer.WriteAsync(data, Cancel);
        await writer.CompleteAsync();
        return result;
    }

    private static async Task<byte[]> ReadToEndAsync(PipeReader reader)
    {
        MemoryStream all = new();
        await reader.CopyToAsync(all, Cancel);
        return all.ToArray();
    }

    private static async Task<(SocketPipe Left, SocketPipe Right)> ConnectAsync(MemoryPool<byte> pool)
    {
        (SocketPipe left, Socket right) = await ConnectToSocketAsync(pool);
        return (left, new SocketPipe(right, pool));
    }

    private static async Task<(SocketPipe Pipe, Socket Peer)> ConnectToSocketAsync(MemoryPool<byte> pool)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket left = new(SocketType.Stream, ProtocolType.Tcp);
        await left.ConnectAsync(listener.LocalEndpoint, Cancel);
        return (new SocketPipe(left, pool), await listener.AcceptSocketAsync(Cancel));
    }

    private sealed class CountingPool : MemoryPool<byte>
    {
        private int _rented;

        public int Rented => Volatile.Read(ref _rented);

        public override int MaxBufferSize => Shared.MaxBufferSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Interlocked.Increment(ref _rented);
            return new Owner(this, Shared.Rent(minBufferSize));
        }

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Owner(CountingPool pool, IMemoryOwner<byte> inner) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory => inner.Memory;

            public void Dispose()
            {
                Interlocked.Decrement(ref pool._rented);
                inner.Dispose();
            }
        }
    }
}
