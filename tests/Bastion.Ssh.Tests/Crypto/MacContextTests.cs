using System.Security.Cryptography;
using Bastion.Ssh.Crypto;
using Xunit;

namespace Bastion.Ssh.Tests.Crypto;

public sealed class MacContextTests
{
    // RFC 8439 §2.5.2, twice: one context serves many messages.
    [Fact]
    public void Poly1305_VectorOfTheRfc_GivesItsTag()
    {
        byte[] tag = new byte[16];
        using MacContext context = MacContext.CreatePoly1305();
        using MacContext.Lease lease = context.Use();
        for (int i = 0; i < 2; i++)
        {
            lease.Start(Convert.FromHexString("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"));
            lease.Append("Cryptographic Forum "u8);
            lease.Append("Research Group"u8);
            lease.Finish(tag);
            Assert.Equal("a8061dc1305136c6c22b8baf0c0127a9", Convert.ToHexStringLower(tag));
        }
    }

    // RFC 4231 §4.3, twice.
    [Theory]
    [InlineData("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")]
    public void Hmac_VectorsOfTheRfc_GiveTheirTag(string expected)
    {
        byte[] tag = new byte[expected.Length / 2];
        using MacContext context = MacContext.CreateHmac(tag.Length == 32 ? "SHA2-256"u8 : "SHA2-512"u8, "Jefe"u8);
        using MacContext.Lease lease = context.Use();
        for (int i = 0; i < 2; i++)
        {
            lease.Start();
            lease.Append("what do ya want "u8);
            lease.Append("for nothing?"u8);
            lease.Finish(tag);
            Assert.Equal(expected, Convert.ToHexStringLower(tag));
        }
    }

    [Fact]
    public void Hmac_UnknownDigest_Throws() =>
        Assert.Throws<CryptographicException>(() => MacContext.CreateHmac("SHA-0"u8, new byte[32]));
}
