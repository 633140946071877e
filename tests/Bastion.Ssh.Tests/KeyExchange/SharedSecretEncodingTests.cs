using Bastion.Ssh.KeyExchange;
using Xunit;

namespace Bastion.Ssh.Tests.KeyExchange;

public sealed class SharedSecretEncodingTests
{
    // RFC 4251 §5
    [Theory]
    [InlineData("", "00000000")]
    [InlineData("0000", "00000000")]
    [InlineData("09a378f9b2e332a7", "0000000809a378f9b2e332a7")]
    [InlineData("80", "000000020080")]
    [InlineData("00000080", "000000020080")]
    [InlineData("007f", "000000017f")]
    public void Mpint_Magnitude_IsMinimalAndPositive(string magnitude, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(SharedSecretEncoding.Mpint(Convert.FromHexString(magnitude))));

    [Fact]
    public void String_LeadingZerosAndHighBits_StayAsTheyAre() =>
        Assert.Equal("0000000300ff80", Convert.ToHexStringLower(SharedSecretEncoding.String([0x00, 0xff, 0x80])));
}
