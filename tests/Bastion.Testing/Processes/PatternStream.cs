using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Bastion.Testing.Processes;

/// <summary>A readable stream of a given length whose bytes never repeat a block: big transfers without a big file.</summary>
public sealed class PatternStream(long length) : Stream
{
    private const int Block = 64 * 1024;
    private readonly byte[] _block = RandomNumberGenerator.GetBytes(Block);
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int offset = (int)(_position % Block);
        if (offset == 0)
        {
            // the number of the block, so that a lost, doubled or swapped block changes the hash
            BinaryPrimitives.WriteInt64BigEndian(_block, _position / Block);
        }
        int count = (int)Math.Min(Math.Min(buffer.Length, Block - offset), length - _position);
        _block.AsSpan(offset, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Counts and hashes (SHA-256) what passes: as a sink, or around a source.</summary>
public sealed class HashingStream(Stream? source = null) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>How many bytes went through.</summary>
    public long Count { get; private set; }

    /// <summary>In lower-case hexadecimal, as sha256sum prints it.</summary>
    public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public override bool CanRead => source is not null;
    public override bool CanSeek => false;
    public override bool CanWrite => source is null;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => Count; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int count = source!.Read(buffer);
        Add(buffer[..count]);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Write(ReadOnlySpan<byte> buffer) => Add(buffer);
    public override void Write(byte[] buffer, int offset, int count) => Add(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Count += bytes.Length;
    }
}
