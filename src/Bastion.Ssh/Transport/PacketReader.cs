using System.Buffers;
using System.Security.Cryptography;

namespace Bastion.Ssh.Transport;

// Takes the packets of one direction out of what the socket gave (RFC 4253 §6). Not thread-safe: the read loop owns it.
// Memory is rented only for a packet that has arrived in full, and held only while packets follow each other: an idle
// connection has no buffer, and a length field cannot make us allocate (russh CVE-2024-43410).
internal sealed class PacketReader : IDisposable
{
    private IPacketDecryptor _decryptor = PlainPackets.Instance;
    private KeyEpoch _epoch;
    private byte[]? _buffer;
    private int _bufferUsed;
    private int _packetLength; // of the packet that is arriving; 0 while it is unknown
    private bool _failed;

    // rekeyBytes lowers the point at which new keys are due.
    public PacketReader(long rekeyBytes = long.MaxValue) => _epoch = new KeyEpoch(rekeyBytes);

    public uint SequenceNumber => _epoch.SequenceNumber;

    public long BytesSinceRekey => _epoch.Bytes;

    public long PacketsSinceRekey => _epoch.Packets;

    public bool RekeyDue => _epoch.RekeyDue;

    // Largest packet_length accepted.
    public int MaxPacketLength { get; set; } = PacketLimits.BeforeAuth;

    // How many bytes the input must have before TryRead can give the next packet.
    public int BytesNeeded => _packetLength == 0 ? _decryptor.LengthPrefixSize : 4 + _packetLength + _decryptor.TagLength;

    // False: more bytes are needed, input is untouched. True: one packet was taken from the input's start; the payload has at least
    // its message number and is valid until the next call. Throws SshProtocolException; the connection is over then.
    public bool TryRead(ref ReadOnlySequence<byte> input, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (_failed)
        {
            SshProtocolException.Throw("A packet was refused before; the connection is over.");
        }

        if (input.Length < BytesNeeded || (_packetLength == 0 && !TryReadLength(input)))
        {
            ReleaseBuffer();
            return false;
        }

        _failed = true;
        payload = Decrypt(ref input);
        _failed = false;
        return true;
    }

    // From the next packet on: called right after the peer's NEWKEYS was read. The reset belongs to strict key exchange
    // (OpenSSH PROTOCOL §1.9).
    public void SwitchKeys(IPacketDecryptor next, bool resetSequenceNumber)
    {
        _decryptor.Dispose();
        _decryptor = next;
        _epoch.Start(next, resetSequenceNumber);
    }

    public void Dispose()
    {
        _failed = true;
        ReleaseBuffer();
        _decryptor.Dispose();
    }

    // Learns the length, and says whether the whole packet is there.
    private bool TryReadLength(in ReadOnlySequence<byte> input)
    {
        Span<byte> prefix = stackalloc byte[_decryptor.LengthPrefixSize];
        input.Slice(0, prefix.Length).CopyTo(prefix);
        _failed = true;
        uint length = _decryptor.DecryptLength(_epoch.SequenceNumber, prefix);
        uint counted = _decryptor.LengthOutsidePadding ? length : unchecked(length + 4);
        if (length < PacketLimits.MinPacketLength || length > (uint)MaxPacketLength || counted % (uint)_decryptor.BlockSize != 0)
        {
            ThrowBadLength();
        }

        _failed = false;
        _packetLength = (int)length;
        return input.Length >= BytesNeeded;
    }

    private ReadOnlySpan<byte> Decrypt(ref ReadOnlySequence<byte> input)
    {
        _epoch.ThrowIfExhausted();
        int size = BytesNeeded;
        Span<byte> plaintext = RentBuffer(_packetLength);
        if (!_decryptor.TryDecrypt(_epoch.SequenceNumber, input.Slice(0, size), plaintext))
        {
            CryptographicOperations.ZeroMemory(plaintext);
            SshProtocolException.Throw(DisconnectReason.MacError, "A packet failed its authentication.");
        }

        // RFC 4253 §6: at least four bytes of padding; and a payload has at least its message number.
        int paddingLength = plaintext[0];
        int payloadLength = plaintext.Length - 1 - paddingLength;
        if (paddingLength < PacketLimits.MinPadding || payloadLength < 1)
        {
            SshProtocolException.Throw("A packet's padding length is out of bounds.");
        }

        input = input.Slice(size);
        _epoch.Count(size);
        _packetLength = 0;
        return plaintext.Slice(1, payloadLength);
    }

    private void ThrowBadLength()
    {
        if (_decryptor.LengthPrefixSize > 4)
        {
            // The length is ciphertext like the rest, and nobody has authenticated it: a forged packet must look the same whatever
            // length it decrypts to.
            SshProtocolException.Throw(DisconnectReason.MacError, "A packet failed its authentication.");
        }

        SshProtocolException.Throw("A packet's length is out of bounds.");
    }

    private Span<byte> RentBuffer(int length)
    {
        if (_buffer is null || _buffer.Length < length)
        {
            ReleaseBuffer();
            _buffer = ArrayPool<byte>.Shared.Rent(length);
        }

        _bufferUsed = Math.Max(_bufferUsed, length);
        return _buffer.AsSpan(0, length);
    }

    // Plaintext of the peer never goes back to the shared pool.
    private void ReleaseBuffer()
    {
        if (_buffer is not null)
        {
            CryptographicOperations.ZeroMemory(_buffer.AsSpan(0, _bufferUsed));
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
            _bufferUsed = 0;
        }
    }
}
