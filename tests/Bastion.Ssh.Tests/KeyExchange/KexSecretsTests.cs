using System.Buffers;
using System.Security.Cryptography;
using Bastion.Ssh.KeyExchange;
using Bastion.Ssh.Tests.Transport;
using Bastion.Ssh.Transport;
using Xunit;

namespace Bastion.Ssh.Tests.KeyExchange;

public sealed class KexSecretsTests
{
    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void Create_BothSides_UnderstandEachOtherInTheirDirectionOnly(string cipher, string mac)
    {
        using KexSecrets one = Create();
        using KexSecrets other = Create();
        string? macName = mac.Length == 0 ? null : mac;
        using PacketWriter writer = new();
        writer.SwitchKeys(one.CreateEncryptor(PacketDirection.ClientToServer, cipher, macName), resetSequenceNumber: true);
        ArrayBufferWriter<byte> wire = new();
        writer.Write(wire, [94], new byte[100]);

        using PacketReader reader = new();
        reader.SwitchKeys(other.CreateDecryptor(PacketDirection.ClientToServer, cipher, macName), resetSequenceNumber: true);
        ReadOnlySequence<byte> input = new(wire.WrittenMemory);
        Assert.True(reader.TryRead(ref input, out ReadOnlySpan<byte> payload));
        Assert.Equal(101, payload.Length);

        using PacketReader reflected = new();
        reflected.SwitchKeys(other.CreateDecryptor(PacketDirection.ServerToClient, cipher, macName), resetSequenceNumber: true);
        Assert.False(Accepts(reflected, new ReadOnlySequence<byte>(wire.WrittenMemory)));
    }

    [Fact]
    public void Dispose_SharedSecret_IsZeroed()
    {
        byte[] secret = [0, 0, 0, 1, 42];
        new KexSecrets(HashAlgorithmName.SHA256, secret, new byte[32], new byte[32]).Dispose();
        Assert.Equal(new byte[5], secret);
    }

    private static KexSecrets Create() => new(HashAlgorithmName.SHA256, [0, 0, 0, 1, 42], new byte[32], [1, .. new byte[31]]);

    private static bool Accepts(PacketReader reader, ReadOnlySequence<byte> input)
    {
        try
        {
            return reader.TryRead(ref input, out _);
        }
        catch (SshProtocolException)
        {
            return false;
        }
    }
}
