namespace Bastion.Ssh.Transport;

// Counts what passed under the current keys of one direction, and says when they are used up.
internal struct KeyEpoch
{
    private readonly long _configuredRekeyBytes;
    private long _rekeyBytes;

    // rekeyBytes lowers the cipher's own threshold; it never raises it.
    public KeyEpoch(long rekeyBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rekeyBytes);
        _configuredRekeyBytes = rekeyBytes;
        _rekeyBytes = long.MaxValue; // before the first keys there is nothing to renew
    }

    // Counts from the first packet of the connection, or from the last NEWKEYS under strict key exchange. Wraps (RFC 4253 §6.4).
    public uint SequenceNumber { get; private set; }

    public long Bytes { get; private set; }

    public long Packets { get; private set; }

    public readonly bool RekeyDue => _rekeyBytes != long.MaxValue && (Bytes >= _rekeyBytes || Packets >= PacketLimits.RekeyPackets);

    public readonly void ThrowIfExhausted()
    {
        if (Packets >= PacketLimits.MaxPacketsPerKey)
        {
            SshProtocolException.Throw("Too many packets have passed without new keys.");
        }
    }

    public void Count(int bytes)
    {
        SequenceNumber = unchecked(SequenceNumber + 1);
        Bytes += bytes;
        Packets++;
    }

    public void Start(IPacketCipher cipher, bool resetSequenceNumber)
    {
        _rekeyBytes = Math.Min(_configuredRekeyBytes, cipher.RekeyBytes);
        Bytes = 0;
        Packets = 0;
        if (resetSequenceNumber)
        {
            SequenceNumber = 0;
        }
    }
}
