using Bastion.Ssh.KeyExchange;
using Xunit;

namespace Bastion.Ssh.Tests.KeyExchange;

public sealed class KexInitMessageTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Create_First_CarriesThePseudoNamesOfItsRole(bool isServer)
    {
        KexInitMessage message = KexInitMessage.Create(SshAlgorithms.Default, ["ssh-ed25519"], isServer, isFirst: true);

        Assert.Equal(isServer, message.ServerOffersStrictKex);
        Assert.Equal(isServer, message.ServerOffersExtInfo);
        Assert.Equal(!isServer, message.ClientOffersStrictKex);
        Assert.Equal(!isServer, message.ClientOffersExtInfo);
        Assert.Equal(20, message.Payload.Span[0]);
        Assert.Equal(["ssh-ed25519"], message.HostKeys);
        Assert.Equal(SshAlgorithms.Default.Ciphers, message.CiphersServerToClient);
        Assert.Equal(SshAlgorithms.Default.Macs, message.MacsClientToServer);
    }

    [Fact]
    public void Create_Later_CarriesNoPseudoName()
    {
        KexInitMessage message = KexInitMessage.Create(SshAlgorithms.Default, ["ssh-ed25519"], isServer: true, isFirst: false);
        Assert.Equal(SshAlgorithms.Default.Kex, message.Kex);
    }

    [Fact]
    public void Create_Twice_HasAnotherCookie()
    {
        KexInitMessage one = KexInitMessage.Create(SshAlgorithms.Default, ["a"], isServer: true, isFirst: true);
        KexInitMessage two = KexInitMessage.Create(SshAlgorithms.Default, ["a"], isServer: true, isFirst: true);
        Assert.NotEqual(one.Payload.Slice(1, 16).ToArray(), two.Payload.Slice(1, 16).ToArray());
    }

    [Fact]
    public void Parse_AnyTruncationOrExtension_Throws()
    {
        byte[] payload = KexInitBytes.Build(["a,b", "c", "d", "e", "f", "g", "none", "none", "", "en"]);
        for (int length = 0; length < payload.Length; length++)
        {
            int cut = length;
            Assert.Throws<SshProtocolException>(() => KexInitMessage.Parse(payload.AsSpan(0, cut)));
        }

        Assert.Throws<SshProtocolException>(() => KexInitMessage.Parse((byte[])[.. payload, 0]));
    }

    [Theory]
    [InlineData(",a")]
    [InlineData("a,")]
    [InlineData("a,,b")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("é")]
    public void Parse_MalformedName_Throws(string list) =>
        Assert.Throws<SshProtocolException>(() => KexInitMessage.Parse(KexInitBytes.Build([list, "", "", "", "", "", "", "", "", ""])));

    [Fact]
    public void Parse_FieldLengthsOfGigabytes_ThrowsWithoutAllocating()
    {
        byte[] payload = KexInitBytes.Build(["a", "c", "d", "e", "f", "g", "none", "none", "", ""]);
        int offset = 17;
        for (int list = 0; list < 10; list++)
        {
            foreach (byte high in (byte[])[0x7f, 0x80, 0xff])
            {
                byte[] hostile = [.. payload];
                hostile[offset] = high;
                long before = GC.GetAllocatedBytesForCurrentThread();
                Assert.Throws<SshProtocolException>(() => KexInitMessage.Parse(hostile));
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
            }

            offset += 4 + payload[offset + 3];
        }
    }
}
