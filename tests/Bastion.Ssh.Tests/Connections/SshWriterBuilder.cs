using System.Buffers.Binary;

namespace Bastion.Ssh.Tests.Connections;

// Builds messages, right and wrong ones.
internal sealed class SshWriterBuilder
{
    private readonly List<byte> _bytes = [];

    public SshWriterBuilder Byte(byte value)
    {
        _bytes.Add(value);
        return this;
    }

    public SshWriterBuilder UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public SshWriterBuilder String(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public SshWriterBuilder Raw(ReadOnlySpan<byte> value)
    {
        _bytes.AddRange(value);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];
}
