using Bastion.Ssh.Transport;
using Xunit;

namespace Bastion.Ssh.Tests.Transport;

// The counters are set by reflection: two thousand million packets take too long.
public sealed class KeyEpochTests
{
    [Fact]
    public void RekeyDue_At2To30Packets_IsSet()
    {
        KeyEpoch epoch = With(nameof(KeyEpoch.Packets), (1L << 30) - 1);
        Assert.False(epoch.RekeyDue);
        epoch.Count(16);
        Assert.True(epoch.RekeyDue);
        epoch.ThrowIfExhausted();
    }

    [Fact]
    public void ThrowIfExhausted_At2To31Packets_Throws()
    {
        KeyEpoch epoch = With(nameof(KeyEpoch.Packets), (1L << 31) - 1);
        epoch.ThrowIfExhausted();
        epoch.Count(16);
        Assert.Throws<SshProtocolException>(() => epoch.ThrowIfExhausted());
    }

    [Fact]
    public void SequenceNumber_AfterItsLastValue_IsZero()
    {
        KeyEpoch epoch = With(nameof(KeyEpoch.SequenceNumber), uint.MaxValue);
        epoch.Count(16);
        Assert.Equal(0u, epoch.SequenceNumber);
    }

    // RFC 4344 §3.2, and OpenSSH's own threshold for ChaCha20.
    [Theory]
    [InlineData(PacketCipherFactory.ChaChaPolyName, 1L << 30)]
    [InlineData(PacketCipherFactory.Aes128GcmName, 32L << 30)]
    public void RekeyDue_AtTheCiphersBytes_IsSet(string cipher, long bytes)
    {
        KeyEpoch epoch = With(nameof(KeyEpoch.Bytes), bytes - 1, cipher);
        Assert.False(epoch.RekeyDue);
        epoch.Count(1);
        Assert.True(epoch.RekeyDue);
    }

    private static KeyEpoch With(string property, object value, string cipher = PacketCipherFactory.Aes128GcmName)
    {
        KeyEpoch epoch = new(long.MaxValue);
        using IPacketEncryptor encryptor = CipherSuite.Get(cipher, "").CreateEncryptor();
        epoch.Start(encryptor, resetSequenceNumber: true);
        object boxed = epoch;
        typeof(KeyEpoch).GetProperty(property)!.SetValue(boxed, value);
        return (KeyEpoch)boxed;
    }
}
