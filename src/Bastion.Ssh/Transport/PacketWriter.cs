using System.Buffers;
using System.Security.Cryptography;

namespace Bastion.Ssh.Transport;

// Frames, pads and encrypts the packets of one direction (RFC 4253 §6). Not thread-safe: the owner holds the connection's send lock.
internal sealed class PacketWriter : IDisposable
{
    // One call of the system's generator serves some ten packets.
    private const int PaddingBlockSize = 256;

    private readonly byte[] _paddingBlock = new byte[PaddingBlockSize];
    private int _paddingUsed = PaddingBlockSize;
    private IPacketEncryptor _encryptor = PlainPackets.Instance;
    private KeyEpoch _epoch;
    private bool _failed;

    // rekeyBytes lowers the point at which new keys are due.
    public PacketWriter(long rekeyBytes = long.MaxValue) => _epoch = new KeyEpoch(rekeyBytes);

    public uint SequenceNumber => _epoch.SequenceNumber;

    public long BytesSinceRekey => _epoch.Bytes;

    public long PacketsSinceRekey => _epoch.Packets;

    public bool RekeyDue => _epoch.RekeyDue;

    // Writes one packet with the payload head ‖ body, and returns its size on the wire. When encryption fails nothing of the packet
    // leaves, and nothing ever will: the connection must end.
    public int Write(IBufferWriter<byte> output, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (_failed)
        {
            throw new InvalidOperationException("A packet could not be encrypted; the connection is over.");
        }

        int unpadded = 1 + head.Length + body.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unpadded, PacketLimits.AfterAuth - byte.MaxValue, nameof(body));
        _epoch.ThrowIfExhausted();
        ReadOnlySpan<byte> padding = TakePadding(ComputePaddingLength(unpadded));
        int size = 4 + unpadded + padding.Length + _encryptor.TagLength;
        Span<byte> packet = output.GetSpan(size)[..size];
        _failed = true;
        try
        {
            _encryptor.Encrypt(_epoch.SequenceNumber, head, body, padding, packet);
            _failed = false;
        }
        finally
        {
            if (_failed)
            {
                // The memory goes back to a shared pool.
                CryptographicOperations.ZeroMemory(packet);
            }
        }

        output.Advance(size);
        _epoch.Count(size);
        return size;
    }

    // From the next packet on: called right after our NEWKEYS was written. The reset belongs to strict key exchange (OpenSSH PROTOCOL §1.9).
    public void SwitchKeys(IPacketEncryptor next, bool resetSequenceNumber)
    {
        _encryptor.Dispose();
        _encryptor = next;
        _epoch.Start(next, resetSequenceNumber);
    }

    public void Dispose()
    {
        _failed = true;
        _encryptor.Dispose();
    }

    private int ComputePaddingLength(int unpadded)
    {
        int block = _encryptor.BlockSize;
        int counted = _encryptor.LengthOutsidePadding ? unpadded : 4 + unpadded;
        int padding = block - (counted % block);
        while (padding < PacketLimits.MinPadding || 4 + unpadded + padding < PacketLimits.MinSentPacket)
        {
            padding += block;
        }

        return padding;
    }

    private ReadOnlySpan<byte> TakePadding(int length)
    {
        if (length > PaddingBlockSize - _paddingUsed)
        {
            RandomNumberGenerator.Fill(_paddingBlock);
            _paddingUsed = 0;
        }

        ReadOnlySpan<byte> padding = _paddingBlock.AsSpan(_paddingUsed, length);
        _paddingUsed += length;
        return padding;
    }
}
