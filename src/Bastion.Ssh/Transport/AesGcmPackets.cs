using System.Buffers;
using System.Buffers.Binary;
using Bastion.Ssh.Crypto;

namespace Bastion.Ssh.Transport;

// aes128-gcm@openssh.com, aes256-gcm@openssh.com (RFC 5647): the length is authenticated but stays in clear.
internal static class AesGcmPackets
{
    public const int IvSize = 12;
    public const int BlockSize = 16;

    // RFC 4344 §3.2 allows 2^32 blocks = 64 GiB. Half of it, so that there is time to get new keys.
    public const long RekeyBytes = 32L << 30;

    // RFC 5647 §7.1: 4 fixed bytes, then a counter of 64 bits that goes up with every packet whatever the sequence number does.
    internal struct Nonce
    {
        private readonly uint _fixed;
        private ulong _counter;

        public Nonce(ReadOnlySpan<byte> iv)
        {
            _fixed = BinaryPrimitives.ReadUInt32BigEndian(iv);
            _counter = BinaryPrimitives.ReadUInt64BigEndian(iv[4..]);
        }

        // A nonce is gone once it was taken, also when the packet then fails.
        public void TakeInto(Span<byte> iv)
        {
            BinaryPrimitives.WriteUInt32BigEndian(iv, _fixed);
            BinaryPrimitives.WriteUInt64BigEndian(iv[4..], _counter);
            _counter = unchecked(_counter + 1);
        }
    }
}

internal sealed class AesGcmEncryptor : IPacketEncryptor
{
    private readonly CipherContext _cipher;
    private AesGcmPackets.Nonce _nonce;

    public AesGcmEncryptor(nint algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _cipher = new CipherContext(algorithm, encrypt: true, key);
        _nonce = new AesGcmPackets.Nonce(iv);
    }

    public int BlockSize => AesGcmPackets.BlockSize;

    public int TagLength => CipherContext.GcmTagSize;

    public bool LengthOutsidePadding => true;

    public long RekeyBytes => AesGcmPackets.RekeyBytes;

    public void Encrypt(
        uint sequenceNumber, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> padding, Span<byte> packet)
    {
        Span<byte> iv = stackalloc byte[AesGcmPackets.IvSize];
        _nonce.TakeInto(iv);
        Span<byte> tag = packet[^CipherContext.GcmTagSize..];
        GatheredPacket plaintext = new(head, body, padding, packet[..^CipherContext.GcmTagSize]);
        using CipherContext.Lease cipher = _cipher.Use();
        cipher.SetIv(iv);
        cipher.AddAuthenticatedData(packet[..4]);
        plaintext.Encrypt(cipher);
        cipher.FinishAndGetTag(tag);
    }

    public void Dispose() => _cipher.Dispose();
}

internal sealed class AesGcmDecryptor : IPacketDecryptor
{
    private readonly CipherContext _cipher;
    private AesGcmPackets.Nonce _nonce;

    public AesGcmDecryptor(nint algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _cipher = new CipherContext(algorithm, encrypt: false, key);
        _nonce = new AesGcmPackets.Nonce(iv);
    }

    public int BlockSize => AesGcmPackets.BlockSize;

    public int TagLength => CipherContext.GcmTagSize;

    public bool LengthOutsidePadding => true;

    public long RekeyBytes => AesGcmPackets.RekeyBytes;

    public int LengthPrefixSize => 4;

    public uint DecryptLength(uint sequenceNumber, ReadOnlySpan<byte> prefix) => BinaryPrimitives.ReadUInt32BigEndian(prefix);

    public bool TryDecrypt(uint sequenceNumber, in ReadOnlySequence<byte> packet, Span<byte> plaintext)
    {
        Span<byte> iv = stackalloc byte[AesGcmPackets.IvSize];
        Span<byte> length = stackalloc byte[4];
        Span<byte> tag = stackalloc byte[CipherContext.GcmTagSize];
        _nonce.TakeInto(iv);
        packet.Slice(0, 4).CopyTo(length);
        packet.Slice(4 + plaintext.Length).CopyTo(tag);
        using CipherContext.Lease cipher = _cipher.Use();
        cipher.SetIv(iv);
        cipher.AddAuthenticatedData(length);
        cipher.Transform(packet.Slice(4, plaintext.Length), plaintext);
        return cipher.FinishAndVerifyTag(tag);
    }

    public void Dispose() => _cipher.Dispose();
}
