using System.Buffers;
using System.Buffers.Binary;
using Bastion.Ssh.Transport;
using CsCheck;
using Xunit;

namespace Bastion.Ssh.Tests.Transport;

public sealed class PacketRoundTripTests
{
    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Packets_AnySizesInAnySegments_ComeOutAsTheyWentIn(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        Gen<byte[]> head = Gen.Byte.Array[1, 300];
        Gen<byte[]> body = Gen.OneOf(Gen.Byte.Array[0, 200], Gen.Byte.Array[900, 2200], Gen.Byte.Array[32_000, 33_000]);
        Gen<(byte[] Head, byte[] Body)[]> packets = Gen.Select(head, body).Array[1, 4];
        Gen<int[]> cuts = Gen.Int[0, 70_000].Array[0, 40];

        Gen.Select(packets, cuts).Sample(
            sample =>
            {
                (byte[] Head, byte[] Body)[] sent = sample.Item1;
                using PacketWriter writer = suite.CreateWriter();
                using PacketReader reader = suite.CreateReader();
                ArrayBufferWriter<byte> wire = new();
                foreach ((byte[] packetHead, byte[] packetBody) in sent)
                {
                    int before = wire.WrittenCount;
                    Assert.Equal(writer.Write(wire, packetHead, packetBody), wire.WrittenCount - before);
                }

                ReadOnlySequence<byte> input = Segments.Split(wire.WrittenMemory, sample.Item2);
                foreach ((byte[] packetHead, byte[] packetBody) in sent)
                {
                    Assert.True(reader.TryRead(ref input, out ReadOnlySpan<byte> payload));
                    Assert.True(payload.SequenceEqual((byte[])[.. packetHead, .. packetBody]));
                }

                Assert.True(input.IsEmpty);
                Assert.False(reader.TryRead(ref input, out _));
                Assert.Equal(writer.SequenceNumber, reader.SequenceNumber);
                Assert.Equal(writer.BytesSinceRekey, reader.BytesSinceRekey);
            },
            iter: 60);
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Writer_AnySize_MakesTheBytesOfTheReference(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        ReferencePackets reference = suite.CreateReference();
        using PacketWriter writer = suite.CreateWriter();
        using IPacketDecryptor decryptor = suite.CreateDecryptor();
        byte[] body = new byte[40_000];
        body.AsSpan().Fill(0x5a);
        uint sequenceNumber = 0;
        foreach (int size in (int[])[0, 1, 10, 31, 1023, 1024, 1025, 1100, 4096, 32_768, 40_000])
        {
            ArrayBufferWriter<byte> wire = new();
            writer.Write(wire, [94, 0, 0, 0, 1], body.AsSpan(0, size));
            ReadOnlySequence<byte> packet = new(wire.WrittenMemory);
            uint length = decryptor.DecryptLength(sequenceNumber, wire.WrittenSpan[..decryptor.LengthPrefixSize]);
            byte[] plaintext = new byte[length];
            Assert.True(decryptor.TryDecrypt(sequenceNumber, packet, plaintext));

            Assert.Equal(reference.Encrypt(sequenceNumber, length, plaintext), wire.WrittenSpan);
            sequenceNumber++;
        }
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Writer_AnySize_AlignsAndPadsAsTheProtocolAsks(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        using IPacketEncryptor encryptor = suite.CreateEncryptor();
        using PacketWriter writer = suite.CreateWriter();
        using PacketReader reader = suite.CreateReader();
        for (int size = 1; size < 300; size++)
        {
            ArrayBufferWriter<byte> wire = new();
            writer.Write(wire, new byte[size], default);
            int withoutTag = wire.WrittenCount - encryptor.TagLength;
            int padding = withoutTag - 5 - size;

            Assert.InRange(padding, 4, 255);
            Assert.True(withoutTag >= 16, "RFC 4253 §6: a packet has at least 16 bytes.");
            Assert.Equal(0, (encryptor.LengthOutsidePadding ? withoutTag - 4 : withoutTag) % encryptor.BlockSize);
            ReadOnlySequence<byte> input = new(wire.WrittenMemory);
            Assert.True(reader.TryRead(ref input, out ReadOnlySpan<byte> payload));
            Assert.Equal(size, payload.Length);
        }
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Reader_ByteAfterByte_GivesThePacketWithItsLastByte(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        using PacketWriter writer = suite.CreateWriter();
        using PacketReader reader = suite.CreateReader();
        ArrayBufferWriter<byte> wire = new();
        writer.Write(wire, "a short message"u8, default);
        for (int arrived = 0; arrived < wire.WrittenCount; arrived++)
        {
            ReadOnlySequence<byte> part = new(wire.WrittenMemory[..arrived]);
            Assert.False(reader.TryRead(ref part, out _));
            Assert.Equal(arrived, part.Length);
            Assert.True(reader.BytesNeeded > arrived);
        }

        ReadOnlySequence<byte> whole = new(wire.WrittenMemory);
        Assert.Equal(wire.WrittenCount, reader.BytesNeeded);
        Assert.True(reader.TryRead(ref whole, out ReadOnlySpan<byte> payload));
        Assert.Equal("a short message"u8, payload);
    }

    [Fact]
    public void Packets_BeforeTheFirstKeys_AreFramedInClear()
    {
        using PacketWriter writer = new();
        using PacketReader reader = new();
        ArrayBufferWriter<byte> wire = new();
        writer.Write(wire, [20], "rest"u8);

        Assert.Equal(16, wire.WrittenCount);
        Assert.Equal(12, BinaryPrimitives.ReadInt32BigEndian(wire.WrittenSpan));
        Assert.Equal(6, wire.WrittenSpan[4]);
        ReadOnlySequence<byte> input = new(wire.WrittenMemory);
        Assert.True(reader.TryRead(ref input, out ReadOnlySpan<byte> payload));
        Assert.Equal((byte[])[20, .. "rest"u8], payload);
        Assert.False(writer.RekeyDue);
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void KeySwitch_WithoutReset_KeepsTheSequenceNumber(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        using PacketWriter writer = new();
        using PacketReader reader = new();
        ArrayBufferWriter<byte> wire = new();
        writer.Write(wire, [20], default);
        writer.SwitchKeys(suite.CreateEncryptor(), resetSequenceNumber: false);
        writer.Write(wire, [5], default);
        writer.SwitchKeys(suite.CreateEncryptor(), resetSequenceNumber: true);
        writer.Write(wire, [6], default);

        ReadOnlySequence<byte> input = new(wire.WrittenMemory);
        Assert.True(reader.TryRead(ref input, out ReadOnlySpan<byte> payload));
        Assert.Equal(20, payload[0]);
        reader.SwitchKeys(suite.CreateDecryptor(), resetSequenceNumber: false);
        Assert.True(reader.TryRead(ref input, out payload));
        Assert.Equal(5, payload[0]);
        Assert.Equal(2u, reader.SequenceNumber);
        reader.SwitchKeys(suite.CreateDecryptor(), resetSequenceNumber: true);
        Assert.True(reader.TryRead(ref input, out payload));
        Assert.Equal(6, payload[0]);
        Assert.Equal(1u, reader.SequenceNumber);
        Assert.Equal(1, reader.PacketsSinceRekey);
    }

    [Fact]
    public void RekeyDue_AtTheConfiguredBytes_IsSetAndEndsWithNewKeys()
    {
        CipherSuite suite = CipherSuite.Get(PacketCipherFactory.Aes256GcmName, "");
        using PacketWriter writer = suite.CreateWriter(rekeyBytes: 100);
        ArrayBufferWriter<byte> wire = new();
        writer.Write(wire, [94], new byte[20]);
        Assert.False(writer.RekeyDue);
        writer.Write(wire, [94], new byte[60]);
        Assert.True(writer.RekeyDue);
        writer.SwitchKeys(suite.CreateEncryptor(), resetSequenceNumber: false);
        Assert.False(writer.RekeyDue);
    }

    [Fact]
    public void Padding_OfEqualPackets_Differs()
    {
        using PacketWriter writer = new();
        ArrayBufferWriter<byte> wire = new();
        HashSet<string> paddings = [];
        for (int i = 0; i < 200; i++)
        {
            wire.ResetWrittenCount();
            writer.Write(wire, [20], default);
            paddings.Add(Convert.ToHexString(wire.WrittenSpan[6..]));
        }

        Assert.Equal(200, paddings.Count);
    }
}
