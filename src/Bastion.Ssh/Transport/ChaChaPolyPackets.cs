using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Bastion.Ssh.Crypto;

namespace Bastion.Ssh.Transport;

// chacha20-poly1305@openssh.com (draft-ietf-sshm-chacha20-poly1305), which is not the AEAD of RFC 8439: it has a second key for the
// length, a 64-bit nonce, and authenticates encrypted length ‖ ciphertext without padding or lengths.
// The key is K_2 (payload) ‖ K_1 (length). The nonce is the sequence number. Block 0 of K_2's stream gives the Poly1305 key,
// the payload starts at block 1.
internal sealed class ChaChaPoly : IDisposable
{
    public const int KeySize = 64;
    public const int TagSize = 16;

    // OpenSSH aligns to 8: ChaCha20 is a stream cipher (RFC 4253 §6).
    public const int BlockSize = 8;

    // RFC 4344 §3.2: 2^30 bytes for a block below 128 bits; OpenSSH counts ChaCha20 among those and renews at the same point.
    public const long RekeyBytes = 1L << 30;

    private const int ChaChaBlockSize = 64;
    private const int PolyKeySize = 32;

    private readonly CipherContext _payload;
    private readonly CipherContext _length;
    private readonly MacContext _poly = MacContext.CreatePoly1305();

    public ChaChaPoly(ReadOnlySpan<byte> key)
    {
        // ChaCha20 is its own inverse: both directions "encrypt".
        _payload = new CipherContext(CipherAlgorithm.ChaCha20, encrypt: true, key[..32]);
        _length = new CipherContext(CipherAlgorithm.ChaCha20, encrypt: true, key[32..KeySize]);
    }

    public void TransformLength(uint sequenceNumber, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> iv = stackalloc byte[16];
        WriteIv(sequenceNumber, iv);
        using CipherContext.Lease cipher = _length.Use();
        cipher.SetIv(iv);
        cipher.Transform(input, output);
    }

    public void Encrypt(uint sequenceNumber, in GatheredPacket plaintext, Span<byte> lengthAndCiphertext, Span<byte> tag)
    {
        Span<byte> block = stackalloc byte[ChaChaBlockSize];
        using CipherContext.Lease cipher = _payload.Use();
        try
        {
            StartPayload(cipher, sequenceNumber, block);
            plaintext.Encrypt(cipher);
            TransformLength(sequenceNumber, lengthAndCiphertext[..4], lengthAndCiphertext[..4]);
            using MacContext.Lease poly = _poly.Use();
            poly.Start(block[..PolyKeySize]);
            poly.Append(lengthAndCiphertext);
            poly.Finish(tag);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }
    }

    public bool TryDecrypt(uint sequenceNumber, in ReadOnlySequence<byte> packet, Span<byte> plaintext)
    {
        Span<byte> block = stackalloc byte[ChaChaBlockSize];
        Span<byte> expected = stackalloc byte[TagSize];
        Span<byte> tag = stackalloc byte[TagSize];
        int tagStart = 4 + plaintext.Length;
        packet.Slice(tagStart).CopyTo(tag);
        using CipherContext.Lease cipher = _payload.Use();
        try
        {
            StartPayload(cipher, sequenceNumber, block);
            using MacContext.Lease poly = _poly.Use();
            poly.Start(block[..PolyKeySize]);
            poly.Append(packet.Slice(0, tagStart));
            poly.Finish(expected);
            if (!CryptographicOperations.FixedTimeEquals(expected, tag))
            {
                return false;
            }

            cipher.Transform(packet.Slice(4, plaintext.Length), plaintext);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }
    }

    public void Dispose()
    {
        _payload.Dispose();
        _length.Dispose();
        _poly.Dispose();
    }

    // Leaves the cipher at block 1; the block holds the Poly1305 key.
    private static void StartPayload(CipherContext.Lease cipher, uint sequenceNumber, Span<byte> block)
    {
        WriteIv(sequenceNumber, block);
        cipher.SetIv(block[..16]);
        block.Clear();
        cipher.Transform(block, block);
    }

    // libcrypto's ChaCha20 takes counter ‖ nonce: a little-endian counter of 64 bits, then the sequence number as uint64.
    private static void WriteIv(uint sequenceNumber, Span<byte> iv)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(iv, 0);
        BinaryPrimitives.WriteUInt64BigEndian(iv[8..], sequenceNumber);
    }
}

internal sealed class ChaChaPolyEncryptor : IPacketEncryptor
{
    private readonly ChaChaPoly _cipher;

    public ChaChaPolyEncryptor(ReadOnlySpan<byte> key) => _cipher = new ChaChaPoly(key);

    public int BlockSize => ChaChaPoly.BlockSize;

    public int TagLength => ChaChaPoly.TagSize;

    public bool LengthOutsidePadding => true;

    public long RekeyBytes => ChaChaPoly.RekeyBytes;

    public void Encrypt(
        uint sequenceNumber, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> padding, Span<byte> packet)
    {
        Span<byte> lengthAndCiphertext = packet[..^ChaChaPoly.TagSize];
        GatheredPacket plaintext = new(head, body, padding, lengthAndCiphertext);
        _cipher.Encrypt(sequenceNumber, plaintext, lengthAndCiphertext, packet[^ChaChaPoly.TagSize..]);
    }

    public void Dispose() => _cipher.Dispose();
}

internal sealed class ChaChaPolyDecryptor : IPacketDecryptor
{
    private readonly ChaChaPoly _cipher;

    public ChaChaPolyDecryptor(ReadOnlySpan<byte> key) => _cipher = new ChaChaPoly(key);

    public int BlockSize => ChaChaPoly.BlockSize;

    public int TagLength => ChaChaPoly.TagSize;

    public bool LengthOutsidePadding => true;

    public long RekeyBytes => ChaChaPoly.RekeyBytes;

    public int LengthPrefixSize => 4;

    public uint DecryptLength(uint sequenceNumber, ReadOnlySpan<byte> prefix)
    {
        Span<byte> length = stackalloc byte[4];
        _cipher.TransformLength(sequenceNumber, prefix, length);
        return BinaryPrimitives.ReadUInt32BigEndian(length);
    }

    public bool TryDecrypt(uint sequenceNumber, in ReadOnlySequence<byte> packet, Span<byte> plaintext) =>
        _cipher.TryDecrypt(sequenceNumber, packet, plaintext);

    public void Dispose() => _cipher.Dispose();
}
