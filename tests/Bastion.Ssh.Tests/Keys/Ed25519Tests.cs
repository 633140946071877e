using System.Security.Cryptography;
using Bastion.Ssh.Crypto;
using Xunit;

namespace Bastion.Ssh.Tests.Keys;

// libssh CVE-2025-5372, CVE-2023-6918: a failure of the library taken for success. Each call here really fails inside libcrypto.
public sealed class Ed25519Tests
{
    private static readonly byte[] Bytes = new byte[32];

    [Fact]
    public void Sign_WithAPublicKeyOnly_ThrowsAndWritesNothing()
    {
        using PKey pair = Ed25519.FromSeed(Bytes);
        byte[] publicBytes = new byte[Ed25519.PublicKeyLength];
        pair.GetRawPublicKey(publicBytes);
        using PKey publicKey = Ed25519.FromPublicKey(publicBytes);
        byte[] signature = new byte[Ed25519.SignatureLength];

        Assert.Throws<CryptographicException>(() => Ed25519.Sign(publicKey, [1], signature));
        Assert.Equal(new byte[Ed25519.SignatureLength], signature);
        Assert.Throws<CryptographicException>(() => Ed25519.GetSeed(publicKey, new byte[Ed25519.SeedLength]));
    }

    [Fact]
    public void SignAndVerify_WithAKeyOfAnotherAlgorithm_Throw()
    {
        using PKey exchange = PKey.FromRawPrivateKey(LibCrypto.X25519, Bytes);
        Assert.Throws<CryptographicException>(() => Ed25519.Sign(exchange, [1], new byte[Ed25519.SignatureLength]));
        Assert.Throws<CryptographicException>(() => Ed25519.Verify(exchange, [1], new byte[Ed25519.SignatureLength]));
    }

    [Fact]
    public void Sign_IntoTooSmallASpan_Throws()
    {
        using PKey key = Ed25519.FromSeed(Bytes);
        Assert.Throws<CryptographicException>(() => Ed25519.Sign(key, [1], new byte[Ed25519.SignatureLength - 1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void From_WrongLength_Throws(int length)
    {
        Assert.Throws<CryptographicException>(() => Ed25519.FromSeed(new byte[length]));
        Assert.Throws<CryptographicException>(() => Ed25519.FromPublicKey(new byte[length]));
    }

    // RFC 8032 §5.1.7: S must be below the order, or a second signature of the same message could be had from the first.
    [Fact]
    public void Verify_SPlusTheOrder_IsFalse()
    {
        using PKey key = Ed25519.FromSeed(Bytes);
        byte[] signature = new byte[Ed25519.SignatureLength];
        Ed25519.Sign(key, [1], signature);
        Assert.True(Ed25519.Verify(key, [1], signature));

        byte[] order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        int carry = 0;
        for (int i = 0; i < order.Length; i++)
        {
            carry += signature[32 + i] + order[i];
            signature[32 + i] = (byte)carry;
            carry >>= 8;
        }

        Assert.Equal(0, carry);
        Assert.False(Ed25519.Verify(key, [1], signature));
    }
}
