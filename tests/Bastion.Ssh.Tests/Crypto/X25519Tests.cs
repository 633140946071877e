using Bastion.Ssh.Crypto;
using Xunit;

namespace Bastion.Ssh.Tests.Crypto;

public sealed class X25519Tests
{
    // RFC 7748 §5.2 (scalar, u, result) and §6.1 (Alice's and Bob's keys).
    [Theory]
    [InlineData(
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData(
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    [InlineData(
        "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
        "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")]
    public void TryDerive_VectorsOfTheRfc_GivesTheirSecret(string scalar, string u, string expected)
    {
        Span<byte> secret = stackalloc byte[32];
        using X25519 key = X25519.FromPrivateKey(Convert.FromHexString(scalar));
        Assert.True(key.TryDerive(Convert.FromHexString(u), secret));
        Assert.Equal(expected, Convert.ToHexStringLower(secret));
    }

    // RFC 7748 §6.1
    [Theory]
    [InlineData(
        "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")]
    public void GetPublicKey_VectorsOfTheRfc_GivesTheirKey(string privateKey, string expected)
    {
        Span<byte> publicKey = stackalloc byte[32];
        using X25519 key = X25519.FromPrivateKey(Convert.FromHexString(privateKey));
        key.GetPublicKey(publicKey);
        Assert.Equal(expected, Convert.ToHexStringLower(publicKey));
    }

    // The points of small order, whose secret is zero for every private key.
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void TryDerive_PointOfSmallOrder_IsRefused(string point)
    {
        Span<byte> secret = stackalloc byte[32];
        secret.Fill(1);
        using X25519 key = X25519.Generate();
        Assert.False(key.TryDerive(Convert.FromHexString(point), secret));
        Assert.False(secret.ContainsAnyExcept((byte)0));
    }
}
