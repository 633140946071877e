using System.Buffers;
using System.Security.Cryptography;
using Bastion.Ssh.Tests.Crypto;
using Bastion.Ssh.Transport;
using Xunit;

namespace Bastion.Ssh.Tests.Transport;

// A cipher that fails half way: nothing leaves, now or later.
public sealed class PacketFaultTests
{
    [Fact]
    public void Write_EncryptionFails_LeavesNothingAndStaysClosed()
    {
        using PacketWriter writer = new();
        FailingEncryptor failing = new();
        writer.SwitchKeys(failing, resetSequenceNumber: true);
        MemoryWriter output = new();
        Assert.Throws<CryptographicException>(() => writer.Write(output, [94], "secret"u8));

        Assert.Equal(0, output.Advanced);
        Assert.False(output.Memory.Span.ContainsAnyExcept((byte)0), "Plaintext is left in memory that goes back to a pool.");
        Assert.Throws<InvalidOperationException>(() => writer.Write(output, [94], "secret"u8));
        Assert.Equal(1, failing.Calls);
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Write_AfterTheContextIsGone_Throws(string cipher, string mac)
    {
        using PacketWriter writer = new();
        IPacketEncryptor encryptor = CipherSuite.Get(cipher, mac).CreateEncryptor();
        writer.SwitchKeys(encryptor, resetSequenceNumber: true);
        encryptor.Dispose();
        MemoryWriter output = new();

        Assert.Throws<ObjectDisposedException>(() => writer.Write(output, [94], "secret"u8));
        Assert.Equal(0, output.Advanced);
        Assert.False(output.Memory.Span.ContainsAnyExcept((byte)0));
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Write_LibcryptoFails_LeavesNothingAndStaysClosed(string cipher, string mac)
    {
        using PacketWriter writer = new();
        IPacketEncryptor encryptor = CipherSuite.Get(cipher, mac).CreateEncryptor();
        writer.SwitchKeys(encryptor, resetSequenceNumber: true);
        LibCryptoFaults.ResetAll(encryptor);
        MemoryWriter output = new();

        Assert.Throws<CryptographicException>(() => writer.Write(output, [94], Enumerable.Repeat((byte)7, 2000).ToArray()));
        Assert.Equal(0, output.Advanced);
        Assert.False(output.Memory.Span.ContainsAnyExcept((byte)0));
        Assert.Throws<InvalidOperationException>(() => writer.Write(output, [94], "secret"u8));
    }

    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Read_LibcryptoFails_GivesNothingAndStaysClosed(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        ArrayBufferWriter<byte> wire = new();
        using (PacketWriter writer = suite.CreateWriter())
        {
            writer.Write(wire, [94], new byte[100]);
        }

        using PacketReader reader = new();
        IPacketDecryptor decryptor = suite.CreateDecryptor();
        reader.SwitchKeys(decryptor, resetSequenceNumber: true);
        LibCryptoFaults.ResetAll(decryptor);
        ReadOnlySequence<byte> input = new(wire.WrittenMemory);

        Assert.Throws<CryptographicException>(() => reader.TryRead(ref input, out _));
        Assert.Throws<SshProtocolException>(() => reader.TryRead(ref input, out _));
    }

    // Two writers at once would use a nonce twice. The second one comes here from within the first, so that the test is no race.
    [Fact]
    public void Write_WhileAnotherWrites_Throws()
    {
        using PacketWriter writer = CipherSuite.Get(PacketCipherFactory.Aes256GcmName, "").CreateWriter();
        ReentrantWriter output = new(() => writer.Write(new MemoryWriter(), [94], "other"u8));

        Assert.Throws<InvalidOperationException>(() => writer.Write(output, [94], "one"u8));
        Assert.Equal(0, writer.PacketsSinceRekey);
    }

    [Fact]
    public void Write_PayloadBeyondTheLimit_ThrowsAndTheNextPasses()
    {
        using PacketWriter writer = new();
        MemoryWriter output = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(output, [94], new byte[PacketLimits.AfterAuth]));
        Assert.Equal(0, output.Advanced);
        Assert.Equal(16, writer.Write(output, [94], default));
    }

    private sealed class FailingEncryptor : IPacketEncryptor
    {
        public int Calls { get; private set; }

        public int BlockSize => 16;

        public int TagLength => 16;

        public bool LengthOutsidePadding => true;

        public long RekeyBytes => long.MaxValue;

        public void Encrypt(
            uint sequenceNumber, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> padding, Span<byte> packet)
        {
            Calls++;
            body.CopyTo(packet[5..]);
            throw new CryptographicException("as a failed call into libcrypto");
        }

        public void Dispose()
        {
        }
    }

    private sealed class ReentrantWriter(Action onGetSpan) : IBufferWriter<byte>
    {
        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            onGetSpan();
            return new byte[sizeHint];
        }
    }

    private sealed class MemoryWriter : IBufferWriter<byte>
    {
        public Memory<byte> Memory { get; } = new byte[4096];

        public int Advanced { get; private set; }

        public void Advance(int count) => Advanced += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => Memory;

        public Span<byte> GetSpan(int sizeHint = 0) => Memory.Span;
    }
}
