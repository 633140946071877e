using System.Security.Cryptography;
using Bastion.Ssh.Crypto;
using Bastion.Ssh.Keys;
using Xunit;

namespace Bastion.Ssh.Tests.Keys;

public sealed class SignatureTests
{
    private static readonly byte[] Data = [.. "what was signed"u8];

    public static TheoryData<SshKeyKind> Kinds() =>
        new(SshKeyKind.Ed25519, SshKeyKind.EcdsaP256, SshKeyKind.EcdsaP384, SshKeyKind.EcdsaP521, SshKeyKind.Rsa);

    // RFC 8032 §7.1, TEST 2
    [Fact]
    public void Sign_Ed25519VectorOfRfc8032_IsTheSame()
    {
        byte[] seed = Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        byte[] publicKey = Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        byte[] signature = Convert.FromHexString(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

        using PrivateKey key = new(Ed25519SigningKey.FromSeed(seed));

        Assert.Equal(publicKey, key.PublicKey.Blob.ToArray()[^Ed25519.PublicKeyLength..]);
        Assert.Equal(Blobs.Join(Blobs.String("ssh-ed25519"), Blobs.String(signature)), key.Sign("ssh-ed25519", [0x72]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Verify_OwnSignature_HoldsForThisKeyDataAndAlgorithmOnly(SshKeyKind kind)
    {
        using PrivateKey key = PrivateKey.Generate(kind);
        using PrivateKey other = PrivateKey.Generate(kind);
        foreach (string algorithm in key.PublicKey.SignatureAlgorithms)
        {
            byte[] signature = key.Sign(algorithm, Data);

            Assert.True(key.PublicKey.Verify(algorithm, Data, signature));
            Assert.False(other.PublicKey.Verify(algorithm, Data, signature));
            Assert.False(key.PublicKey.Verify(algorithm, [.. Data, 0], signature));
            Assert.False(key.PublicKey.Verify(algorithm, Data, [.. signature, 0]));
            Assert.False(key.PublicKey.Verify(algorithm, Data, signature.AsSpan(0, signature.Length - 1)));
            Assert.False(key.PublicKey.Verify("ssh-rsa", Data, signature));
            foreach (string foreign in other.PublicKey.SignatureAlgorithms.Where(name => name != algorithm))
            {
                Assert.False(key.PublicKey.Verify(foreign, Data, signature));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Verify_EveryFlippedBit_IsFalse(SshKeyKind kind)
    {
        using PrivateKey key = PrivateKey.Generate(kind);
        string algorithm = key.PublicKey.SignatureAlgorithms[0];
        byte[] signature = key.Sign(algorithm, Data);
        for (int i = 0; i < signature.Length; i++)
        {
            signature[i] ^= 0x01;
            Assert.False(key.PublicKey.Verify(algorithm, Data, signature), $"byte {i}");
            signature[i] ^= 0x01;
        }
    }

    // RFC 8332 §3: an ssh-rsa signature (SHA-1) is none for us, whatever name it comes under.
    [Fact]
    public void Verify_Sha1RsaSignature_IsFalse()
    {
        using RSA rsa = RSA.Create(2048);
        using PrivateKey key = new(RsaSigningKey.FromKey(rsa));
        byte[] sha1 = Blobs.String(rsa.SignData(Data, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1));
        foreach (string named in (string[])["ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"])
        {
            foreach (string asked in (string[])["ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"])
            {
                Assert.False(key.PublicKey.Verify(asked, Data, Blobs.Join(Blobs.String(named), sha1)));
            }
        }
    }

    [Fact]
    public void Verify_RsaSignatureWithoutItsLeadingZero_IsTrue()
    {
        using RSA rsa = RSA.Create(2048);
        using PrivateKey key = new(RsaSigningKey.FromKey(rsa));

        // One signature in 256 begins with a zero.
        (byte[] data, byte[] signature) = Enumerable.Range(0, 20_000)
            .Select(i => (Data: BitConverter.GetBytes(i), Signature: key.Sign("rsa-sha2-256", BitConverter.GetBytes(i))))
            .First(candidate => candidate.Signature[^256] == 0);

        byte[] shortened = Blobs.Join(Blobs.String("rsa-sha2-256"), Blobs.String(signature.AsSpan(signature.Length - 255)));
        Assert.True(key.PublicKey.Verify("rsa-sha2-256", data, shortened));
    }

    public static TheoryData<string, byte[], byte[]> DegenerateEcdsa() => new()
    {
        { "zeros", [0], [0] },
        { "ones", [1], [1] },
        { "larger than the field", Enumerable.Repeat((byte)0xff, 33).ToArray(), [1] },
        { "beyond the order", Enumerable.Repeat((byte)0xff, 32).ToArray(), Enumerable.Repeat((byte)0xff, 32).ToArray() },
    };

    [Theory]
    [MemberData(nameof(DegenerateEcdsa))]
    public void Verify_DegenerateEcdsaNumbers_IsFalse(string what, byte[] r, byte[] s)
    {
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.EcdsaP256);
        byte[] pair = Blobs.Join(Blobs.Mpint(r), Blobs.Mpint(s));
        byte[] signature = Blobs.Join(Blobs.String("ecdsa-sha2-nistp256"), Blobs.String(pair));
        Assert.False(key.PublicKey.Verify("ecdsa-sha2-nistp256", Data, signature), what);
    }

    [Fact]
    public void Sign_ByForeignAlgorithm_Throws()
    {
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Rsa);
        Assert.Throws<ArgumentOutOfRangeException>(() => key.Sign("ssh-rsa", Data));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.Sign("ssh-ed25519", Data));
    }

    [Fact]
    public void Sign_AfterDispose_Throws()
    {
        PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Sign("ssh-ed25519", Data));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SignAndVerify_FromManyThreadsAtOnce_AllHold(SshKeyKind kind)
    {
        using PrivateKey key = PrivateKey.Generate(kind);
        string algorithm = key.PublicKey.SignatureAlgorithms[0];
        PublicKey fresh = PublicKey.Parse(key.PublicKey.Blob.Span);
        int good = 0;
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] data = BitConverter.GetBytes(i);
            if (fresh.Verify(algorithm, data, key.Sign(algorithm, data)))
            {
                Interlocked.Increment(ref good);
            }
        });
        Assert.Equal(200, good);
    }
}
