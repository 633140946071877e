using System.Buffers;

namespace Bastion.Ssh.Channels;

internal enum OutboxKind
{
    Data,
    Stderr,
    Message, // a whole payload that takes no window: EOF, CLOSE, exit-status
}

// What a channel could not send yet, in order. Owned by its channel, guarded by the connection's send lock.
internal sealed class ChannelOutbox
{
    // As OpenSSH's CHAN_INPUT_MAX. A caller that stops crediting its source while Send returns false stays far below.
    private const int MaxBytes = 16 * 1024 * 1024;

    private const int MinBlock = 4096;

    private readonly Queue<Block> _blocks = new();
    private Block? _last;
    private int _bytes;

    public bool IsEmpty => _blocks.Count == 0;

    public void Append(OutboxKind kind, ReadOnlySpan<byte> data)
    {
        if (_bytes + data.Length > MaxBytes)
        {
            throw new InvalidOperationException("A channel was given more data than its window allows for.");
        }

        _bytes += data.Length;
        if (_last is { } last && kind != OutboxKind.Message && last.Kind == kind && last.Buffer.Length - last.End >= data.Length)
        {
            data.CopyTo(last.Buffer.AsSpan(last.End));
            last.End += data.Length;
            return;
        }

        Block block = new(kind, ArrayPool<byte>.Shared.Rent(Math.Max(data.Length, MinBlock))) { End = data.Length };
        data.CopyTo(block.Buffer);
        _blocks.Enqueue(block);
        _last = block;
    }

    public ReadOnlySpan<byte> Peek(out OutboxKind kind)
    {
        Block block = _blocks.Peek();
        kind = block.Kind;
        return block.Buffer.AsSpan(block.Start, block.End - block.Start);
    }

    public void Consume(int count)
    {
        Block block = _blocks.Peek();
        block.Start += count;
        _bytes -= count;
        if (block.Start == block.End)
        {
            _blocks.Dequeue();
            ArrayPool<byte>.Shared.Return(block.Buffer);
            if (_blocks.Count == 0)
            {
                _last = null;
            }
        }
    }

    public void Clear()
    {
        while (_blocks.TryDequeue(out Block? block))
        {
            ArrayPool<byte>.Shared.Return(block.Buffer);
        }

        _last = null;
        _bytes = 0;
    }

    private sealed class Block(OutboxKind kind, byte[] buffer)
    {
        public OutboxKind Kind { get; } = kind;

        public byte[] Buffer { get; } = buffer;

        public int Start { get; set; }

        public int End { get; set; }
    }
}
