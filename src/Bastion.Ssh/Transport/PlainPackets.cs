using System.Buffers;
using System.Buffers.Binary;

namespace Bastion.Ssh.Transport;

// The state before the first NEWKEYS: framing without encryption and MAC (RFC 4253 §6). Stateless, so one instance serves all.
internal sealed class PlainPackets : IPacketEncryptor, IPacketDecryptor
{
    public static readonly PlainPackets Instance = new();

    private PlainPackets()
    {
    }

    public int BlockSize => 8;

    public int TagLength => 0;

    public bool LengthOutsidePadding => false;

    public long RekeyBytes => long.MaxValue;

    public int LengthPrefixSize => 4;

    public void Encrypt(
        uint sequenceNumber, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> padding, Span<byte> packet)
    {
        BinaryPrimitives.WriteInt32BigEndian(packet, packet.Length - 4);
        packet[4] = (byte)padding.Length;
        head.CopyTo(packet[5..]);
        body.CopyTo(packet[(5 + head.Length)..]);
        padding.CopyTo(packet[(5 + head.Length + body.Length)..]);
    }

    public uint DecryptLength(uint sequenceNumber, ReadOnlySpan<byte> prefix) => BinaryPrimitives.ReadUInt32BigEndian(prefix);

    public bool TryDecrypt(uint sequenceNumber, in ReadOnlySequence<byte> packet, Span<byte> plaintext)
    {
        packet.Slice(4).CopyTo(plaintext);
        return true;
    }

    public void Dispose()
    {
    }
}
