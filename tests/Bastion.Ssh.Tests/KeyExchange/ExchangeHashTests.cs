using System.Security.Cryptography;
using Bastion.Ssh.KeyExchange;
using Xunit;

namespace Bastion.Ssh.Tests.KeyExchange;

public sealed class ExchangeHashTests
{
    // Written out by hand from RFC 4253 §8.
    [Fact]
    public void Compute_AnyHash_CoversTheFieldsInTheirOrder()
    {
        byte[] expected =
        [
            0, 0, 0, 9, .. "SSH-2.0-c"u8,
            0, 0, 0, 9, .. "SSH-2.0-s"u8,
            0, 0, 0, 2, 20, 1,
            0, 0, 0, 3, 20, 2, 2,
            0, 0, 0, 1, 7,
            0, 0, 0, 2, 8, 8,
            0, 0, 0, 3, 9, 9, 9,
            0, 0, 0, 1, 5,
        ];
        Assert.Equal(SHA256.HashData(expected), Compute(HashAlgorithmName.SHA256));
        Assert.Equal(SHA384.HashData(expected), Compute(HashAlgorithmName.SHA384));
        Assert.Equal(SHA512.HashData(expected), Compute(HashAlgorithmName.SHA512));
    }

    private static byte[] Compute(HashAlgorithmName hash) =>
        ExchangeHash.Compute(hash, "SSH-2.0-c", "SSH-2.0-s", [20, 1], [20, 2, 2], [7], [8, 8], [9, 9, 9], [0, 0, 0, 1, 5]);
}
