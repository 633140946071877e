using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Bastion.Ssh.Crypto;

namespace Bastion.Ssh.Transport;

// aes*-ctr (RFC 4344 §4) with hmac-sha2-* (RFC 6668), for peers that have no AEAD: one continuous counter per direction.
// Encrypt-then-MAC leaves the length in clear and covers sequence number ‖ length ‖ ciphertext (OpenSSH PROTOCOL §1.5);
// encrypt-and-MAC encrypts the length too and covers sequence number ‖ plaintext packet (RFC 4253 §6.4).
internal sealed class CtrHmac : IDisposable
{
    public const int IvSize = 16;
    public const int BlockSize = 16;

    public CtrHmac(CtrHmacSpec spec, bool encrypt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey)
    {
        EncryptThenMac = spec.EncryptThenMac;
        TagSize = macKey.Length; // RFC 6668 §2: key and tag have the size of the hash
        Cipher = new CipherContext(spec.Algorithm, encrypt, key, iv);
        Mac = MacContext.CreateHmac(TagSize == SHA256.HashSizeInBytes ? "SHA2-256"u8 : "SHA2-512"u8, macKey);
    }

    public CipherContext Cipher { get; }

    public MacContext Mac { get; }

    public bool EncryptThenMac { get; }

    public int TagSize { get; }

    public static void StartMac(MacContext.Lease mac, uint sequenceNumber)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, sequenceNumber);
        mac.Start();
        mac.Append(number);
    }

    public bool VerifyMac(MacContext.Lease mac, in ReadOnlySequence<byte> tag)
    {
        Span<byte> expected = stackalloc byte[SHA512.HashSizeInBytes];
        Span<byte> received = stackalloc byte[SHA512.HashSizeInBytes];
        mac.Finish(expected[..TagSize]);
        tag.CopyTo(received);
        return CryptographicOperations.FixedTimeEquals(expected[..TagSize], received[..TagSize]);
    }

    public void Dispose()
    {
        Cipher.Dispose();
        Mac.Dispose();
    }
}

internal readonly record struct CtrHmacSpec(nint Algorithm, bool EncryptThenMac);

internal sealed class CtrHmacEncryptor : IPacketEncryptor
{
    private readonly CtrHmac _state;

    public CtrHmacEncryptor(CtrHmacSpec spec, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey) =>
        _state = new CtrHmac(spec, encrypt: true, key, iv, macKey);

    public int BlockSize => CtrHmac.BlockSize;

    public int TagLength => _state.TagSize;

    public bool LengthOutsidePadding => _state.EncryptThenMac;

    public long RekeyBytes => AesGcmPackets.RekeyBytes;

    public void Encrypt(
        uint sequenceNumber, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> padding, Span<byte> packet)
    {
        Span<byte> tag = packet[^_state.TagSize..];
        Span<byte> covered = packet[..^_state.TagSize];
        GatheredPacket plaintext = new(head, body, padding, covered, withLength: !_state.EncryptThenMac);
        using CipherContext.Lease cipher = _state.Cipher.Use();
        using MacContext.Lease mac = _state.Mac.Use();
        CtrHmac.StartMac(mac, sequenceNumber);
        if (_state.EncryptThenMac)
        {
            plaintext.Encrypt(cipher);
            mac.Append(covered);
        }
        else
        {
            plaintext.AppendTo(mac);
            plaintext.Encrypt(cipher);
        }

        mac.Finish(tag);
    }

    public void Dispose() => _state.Dispose();
}

internal sealed class CtrHmacDecryptor : IPacketDecryptor
{
    private readonly CtrHmac _state;

    // Encrypt-and-MAC: the block with the length, already decrypted while the rest of its packet is arriving.
    private readonly byte[] _firstBlock = new byte[CtrHmac.BlockSize];

    public CtrHmacDecryptor(CtrHmacSpec spec, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey) =>
        _state = new CtrHmac(spec, encrypt: false, key, iv, macKey);

    public int BlockSize => CtrHmac.BlockSize;

    public int TagLength => _state.TagSize;

    public bool LengthOutsidePadding => _state.EncryptThenMac;

    public long RekeyBytes => AesGcmPackets.RekeyBytes;

    public int LengthPrefixSize => _state.EncryptThenMac ? 4 : CtrHmac.BlockSize;

    public uint DecryptLength(uint sequenceNumber, ReadOnlySpan<byte> prefix)
    {
        if (_state.EncryptThenMac)
        {
            return BinaryPrimitives.ReadUInt32BigEndian(prefix);
        }

        using CipherContext.Lease cipher = _state.Cipher.Use();
        cipher.Transform(prefix, _firstBlock);
        return BinaryPrimitives.ReadUInt32BigEndian(_firstBlock);
    }

    public bool TryDecrypt(uint sequenceNumber, in ReadOnlySequence<byte> packet, Span<byte> plaintext)
    {
        using CipherContext.Lease cipher = _state.Cipher.Use();
        using MacContext.Lease mac = _state.Mac.Use();
        CtrHmac.StartMac(mac, sequenceNumber);
        ReadOnlySequence<byte> covered = packet.Slice(0, 4 + plaintext.Length);
        ReadOnlySequence<byte> tag = packet.Slice(4 + plaintext.Length);
        if (_state.EncryptThenMac)
        {
            mac.Append(covered);
            if (!_state.VerifyMac(mac, tag))
            {
                return false;
            }

            cipher.Transform(covered.Slice(4), plaintext);
            return true;
        }

        int inFirstBlock = CtrHmac.BlockSize - 4;
        _firstBlock.AsSpan(4).CopyTo(plaintext);
        cipher.Transform(covered.Slice(CtrHmac.BlockSize), plaintext[inFirstBlock..]);
        mac.Append(_firstBlock.AsSpan(0, 4));
        mac.Append(plaintext);
        CryptographicOperations.ZeroMemory(_firstBlock);
        return _state.VerifyMac(mac, tag);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_firstBlock);
        _state.Dispose();
    }
}
