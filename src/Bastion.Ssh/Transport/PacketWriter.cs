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
    private int _closed; // 1 while a packet is under way, and for good once one has failed

    // rekeyBytes lowers the point at which new keys are due.
    public PacketWriter(long rekeyBytes = long.MaxValue) => _epoch = new KeyEpoch(rekeyBytes);

    public uint SequenceNumber => _epoch.SequenceNumber;

    public long BytesSinceRekey => _epoch.Bytes;

    public long PacketsSinceRekey => _epoch.Packets;

    public bool RekeyDue => _epoch.RekeyDue;

    // Writes one packet with the payload head ‖ body, and returns its size on the wire. When encryption fails nothing of the packet
    // leaves, and nothing ever will: the connection must end. Two callers at once are an error that is caught before a nonce is
    // used twice.
    public int Write(IBufferWriter<byte> output, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        int unpadded = 1 + head.Length + body.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unpadded, PacketLimits.AfterAuth - byte.MaxValue, nameof(body));
        _epoch.ThrowIfExhausted();
        Enter();
        ReadOnlySpan<byte> padding = TakePadding(ComputePaddingLength(unpadded));
        int size = 4 + unpadded + padding.Length + _encryptor.TagLength;
        Span<byte> packet = output.GetSpan(size)[..size];
        try
        {
            _encryptor.Encrypt(_epoch.SequenceNumber, head, body, padding, packet);
        }
        catch
        {
            // Plaintext may be in it, and the memory goes back to a shared pool.
            CryptographicOperations.ZeroMemory(packet);
            throw;
        }

        output.Advance(size);
        _epoch.Count(size);
        Leave();
        return size;
    }

    // From the next packet on: called right after our NEWKEYS was written. The reset belongs to strict key exchange
    // (OpenSSH PROTOCOL §1.9).
    public void SwitchKeys(IPacketEncryptor next, bool resetSequenceNumber)
    {
        Enter();
        _encryptor.Dispose();
        _encryptor = next;
        _epoch.Start(next, resetSequenceNumber);
        Leave();
    }

    public void Dispose()
    {
        Volatile.Write(ref _closed, 1);
        _encryptor.Dispose();
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            throw new InvalidOperationException("Another packet is being written, or one has failed and the connection is over.");
        }
    }

    private void Leave() => Volatile.Write(ref _closed, 0);

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
