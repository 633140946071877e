using System.Buffers;
using System.Buffers.Binary;
using Bastion.Ssh.Transport;
using Xunit;

namespace Bastion.Ssh.Tests.Transport;

// A peer that has the keys, or none, and breaks the framing (RFC 4253 §6).
public sealed class PacketAbuseTests
{
    // An exception with its stack trace, and slack; far below any packet length that is declared here.
    private const long MaxAllocation = 64 * 1024;

    public static TheoryData<string, string, uint> BadLengths
    {
        get
        {
            TheoryData<string, string, uint> data = [];
            foreach (TheoryDataRow<string, string> suite in CipherSuite.Names)
            {
                // Too short, not aligned, or beyond the limits before (35001) and after sign-in; 262156 and 262160 are aligned with and without the length field.
                foreach (uint length in (uint[])
                    [0, 1, 3, 4, 5, 17, 35_001, 262_145, 262_156, 262_160, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff])
                {
                    data.Add(suite.Data.Item1, suite.Data.Item2, length);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(BadLengths))]
    public void Reader_LengthOutOfBounds_ThrowsAndAllocatesNothing(string cipher, string mac, uint length)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        using PacketReader reader = suite.CreateReader();
        reader.MaxPacketLength = length == 35_001 ? PacketLimits.BeforeAuth : PacketLimits.AfterAuth;
        byte[] packet = suite.CreateReference().Encrypt(0, length, new byte[64]);

        AssertRefused(reader, packet);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(3u)]
    [InlineData(13u)]
    [InlineData(35_004u)]
    [InlineData(262_145u)]
    [InlineData(0xffff_fffcu)]
    [InlineData(0xffff_ffffu)]
    public void Reader_PlainLengthOutOfBounds_ThrowsAndAllocatesNothing(uint length)
    {
        using PacketReader reader = new();
        byte[] packet = new byte[64];
        BinaryPrimitives.WriteUInt32BigEndian(packet, length);
        packet[4] = 4;

        AssertRefused(reader, packet);
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Reader_PaddingOutOfBounds_Throws(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        int length = GetAlignedLength(suite);

        // Below the minimum, without a payload, and beyond the packet.
        foreach (int padding in (int[])[0, 1, 3, length - 1, length, length + 1, 255])
        {
            using PacketReader reader = suite.CreateReader();
            AssertRefused(reader, EncryptWithPadding(suite, length, padding));
        }
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Reader_PaddingAtItsBounds_GivesThePayload(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        int length = GetAlignedLength(suite);
        foreach (int padding in (int[])[4, length - 2])
        {
            using PacketReader reader = suite.CreateReader();
            ReadOnlySequence<byte> input = new(EncryptWithPadding(suite, length, padding));
            Assert.True(reader.TryRead(ref input, out ReadOnlySpan<byte> payload));
            Assert.Equal(length - 1 - padding, payload.Length);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(255)]
    public void Reader_PlainPaddingOutOfBounds_Throws(int padding)
    {
        using PacketReader reader = new();
        byte[] packet = new byte[16];
        packet[3] = 12;
        packet[4] = (byte)padding;

        AssertRefused(reader, packet);
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Reader_LargestLengthDeclaredButNotSent_WaitsWithoutAllocating(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        using PacketReader reader = suite.CreateReader();
        using IPacketDecryptor shape = suite.CreateDecryptor();
        uint length = (uint)PacketLimits.AfterAuth - (shape.LengthOutsidePadding ? 0u : 4u);
        byte[] packet = suite.CreateReference().Encrypt(0, length, new byte[64]);
        ReadOnlySequence<byte> input = new(packet);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool read = reader.TryRead(ref input, out _);

        Assert.False(read);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocation);
        Assert.Equal(4 + (int)length + shape.TagLength, reader.BytesNeeded);
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Reader_AnyBitFlipped_NeverGivesThePacket(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        ArrayBufferWriter<byte> wire = new();
        using (PacketWriter writer = suite.CreateWriter())
        {
            writer.Write(wire, [94], new byte[70]);
        }

        using IPacketDecryptor shape = suite.CreateDecryptor();
        for (int bit = 0; bit < wire.WrittenCount * 8; bit++)
        {
            byte[] packet = wire.WrittenSpan.ToArray();
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
            using PacketReader reader = suite.CreateReader();
            ReadOnlySequence<byte> input = Segments.Split(packet, [bit / 16, bit / 8]);
            SshProtocolException? refused = TryRead(reader, ref input, out bool read);

            Assert.False(read);
            if (bit >= 32)
            {
                Assert.Equal(DisconnectReason.MacError, refused?.Reason);
            }
        }
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Reader_PacketDroppedOrRepeated_Throws(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        ArrayBufferWriter<byte> wire = new();
        using PacketWriter writer = suite.CreateWriter();
        int first = writer.Write(wire, [94], new byte[20]);
        writer.Write(wire, [94], new byte[20]);

        using PacketReader dropping = suite.CreateReader();
        AssertRefused(dropping, wire.WrittenSpan[first..].ToArray());

        using PacketReader repeating = suite.CreateReader();
        byte[] one = wire.WrittenSpan[..first].ToArray();
        ReadOnlySequence<byte> input = new(one);
        Assert.True(repeating.TryRead(ref input, out _));
        AssertRefused(repeating, one);
    }

    private static int GetAlignedLength(CipherSuite suite)
    {
        using IPacketDecryptor shape = suite.CreateDecryptor();
        return shape.LengthOutsidePadding ? 64 : 60;
    }

    private static byte[] EncryptWithPadding(CipherSuite suite, int length, int padding)
    {
        byte[] plaintext = new byte[length];
        plaintext[0] = (byte)padding;
        return suite.CreateReference().Encrypt(0, (uint)length, plaintext);
    }

    private static void AssertRefused(PacketReader reader, byte[] packet)
    {
        ReadOnlySequence<byte> input = new(packet);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SshProtocolException? refused = TryRead(reader, ref input, out bool read);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.False(read);
        Assert.NotNull(refused);
        Assert.Contains(refused.Reason, (DisconnectReason[])[DisconnectReason.ProtocolError, DisconnectReason.MacError]);
        Assert.InRange(allocated, 0, MaxAllocation);

        // Once refused, the connection stays refused, whatever comes.
        Assert.NotNull(TryRead(reader, ref input, out _));
    }

    private static SshProtocolException? TryRead(PacketReader reader, ref ReadOnlySequence<byte> input, out bool read)
    {
        read = false;
        try
        {
            read = reader.TryRead(ref input, out _);
            return null;
        }
        catch (SshProtocolException e)
        {
            return e;
        }
    }
}
