using System.Security.Cryptography;
using System.Text;
using Bastion.Ssh.Crypto;
using Xunit;

namespace Bastion.Ssh.Tests.Crypto;

public sealed class CipherContextTests
{
    // "The Galois/Counter Mode of Operation", the submission to NIST, test cases 4 and 16.
    private const string GcmIv = "cafebabefacedbaddecaf888";
    private const string GcmData = "feedfacedeadbeeffeedfacedeadbeefabaddad2";

    private const string GcmPlaintext =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";

    [Theory]
    [InlineData(
        "feffe9928665731c6d6a8f9467308308",
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
        "5bc94fbc3221a5db94fae95ae7121a47")]
    [InlineData(
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
        "76fc6ece0f4e1768cddf8853bb2d551b")]
    public void AesGcm_VectorsOfTheSubmission_InAnyPieces(string key, string ciphertext, string tag)
    {
        byte[] keyBytes = Convert.FromHexString(key);
        nint algorithm = keyBytes.Length == 16 ? CipherAlgorithm.Aes128Gcm : CipherAlgorithm.Aes256Gcm;
        byte[] plaintext = Convert.FromHexString(GcmPlaintext);
        using CipherContext encryptor = new(algorithm, encrypt: true, keyBytes);
        using CipherContext decryptor = new(algorithm, encrypt: false, keyBytes);
        for (int cut = 0; cut <= plaintext.Length; cut++)
        {
            byte[] output = new byte[plaintext.Length];
            byte[] outputTag = new byte[16];
            using CipherContext.Lease encrypting = Start(encryptor);
            encrypting.Transform(plaintext.AsSpan(0, cut), output);
            encrypting.Transform(plaintext.AsSpan(cut), output.AsSpan(cut));
            encrypting.FinishAndGetTag(outputTag);
            Assert.Equal(ciphertext, Convert.ToHexStringLower(output));
            Assert.Equal(tag, Convert.ToHexStringLower(outputTag));

            using CipherContext.Lease decrypting = Start(decryptor);
            decrypting.Transform(output.AsSpan(0, cut), output);
            decrypting.Transform(output.AsSpan(cut), output.AsSpan(cut));
            Assert.True(decrypting.FinishAndVerifyTag(outputTag));
            Assert.Equal(plaintext, output);
        }
    }

    [Fact]
    public void AesGcm_WrongTag_IsRefusedAndTheContextStaysUsable()
    {
        byte[] key = new byte[32];
        using CipherContext context = new(CipherAlgorithm.Aes256Gcm, encrypt: false, key);
        using (CipherContext.Lease lease = Start(context))
        {
            Assert.False(lease.FinishAndVerifyTag(new byte[16]));
        }

        byte[] tag = new byte[16];
        using (AesGcm reference = new(key, 16))
        {
            reference.Encrypt(Convert.FromHexString(GcmIv), Array.Empty<byte>(), Array.Empty<byte>(), tag, Convert.FromHexString(GcmData));
        }

        using CipherContext.Lease again = Start(context);
        Assert.True(again.FinishAndVerifyTag(tag));
    }

    // NIST SP 800-38A, F.5.1, F.5.3 and F.5.5.
    [Theory]
    [InlineData(
        "2b7e151628aed2a6abf7158809cf4f3c",
        "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee")]
    [InlineData(
        "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
        "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e941e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050")]
    [InlineData(
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6")]
    public void AesCtr_VectorsOfNist_InAnyPieces(string key, string ciphertext)
    {
        byte[] keyBytes = Convert.FromHexString(key);
        byte[] plaintext = Convert.FromHexString(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
        nint algorithm = keyBytes.Length switch
        {
            16 => CipherAlgorithm.Aes128Ctr,
            24 => CipherAlgorithm.Aes192Ctr,
            _ => CipherAlgorithm.Aes256Ctr,
        };
        for (int cut = 0; cut <= plaintext.Length; cut++)
        {
            using CipherContext context = new(algorithm, encrypt: true, keyBytes, Convert.FromHexString("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"));
            using CipherContext.Lease lease = context.Use();
            byte[] output = new byte[plaintext.Length];
            lease.Transform(plaintext.AsSpan(0, cut), output);
            lease.Transform(plaintext.AsSpan(cut), output.AsSpan(cut));
            Assert.Equal(ciphertext, Convert.ToHexStringLower(output));
        }
    }

    // RFC 8439 §2.4.2: counter 1, then the nonce.
    [Fact]
    public void ChaCha20_VectorOfTheRfc_GivesItsCiphertext()
    {
        byte[] plaintext = Encoding.ASCII.GetBytes(
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.");
        byte[] key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        using CipherContext context = new(CipherAlgorithm.ChaCha20, encrypt: true, key);
        using CipherContext.Lease lease = context.Use();
        lease.SetIv(Convert.FromHexString("01000000" + "000000000000004a00000000"));
        byte[] output = new byte[plaintext.Length];
        lease.Transform(plaintext, output);

        Assert.Equal(
            "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8"
            + "07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab77937365af90bbf74a35be6b40b8eedf2785e42874d",
            Convert.ToHexStringLower(output));
    }

    [Fact]
    public void Context_KeyThatCannotBeSet_Throws() =>
        Assert.Throws<CryptographicException>(() => new CipherContext(algorithm: 0, encrypt: true, new byte[16]));

    // A context without a cipher: every call into libcrypto fails, and none may pass for a success.
    [Fact]
    public void Lease_EveryCallThatFails_Throws()
    {
        using CipherContext context = new(CipherAlgorithm.Aes128Gcm, encrypt: true, new byte[16]);
        LibCryptoFaults.Reset(context);

        Assert.Throws<CryptographicException>(() => Run(context, static lease => lease.SetIv(new byte[12])));
        Assert.Throws<CryptographicException>(() => Run(context, static lease => lease.AddAuthenticatedData(new byte[4])));
        Assert.Throws<CryptographicException>(() => Run(context, static lease => lease.Transform(new byte[16], new byte[16])));
        Assert.Throws<CryptographicException>(() => Run(context, static lease => lease.FinishAndGetTag(new byte[16])));
        Assert.Throws<CryptographicException>(() => Run(context, static lease => lease.FinishAndVerifyTag(new byte[16])));
    }

    private delegate void Use(CipherContext.Lease lease);

    private static void Run(CipherContext context, Use use)
    {
        using CipherContext.Lease lease = context.Use();
        use(lease);
    }

    private static CipherContext.Lease Start(CipherContext context)
    {
        CipherContext.Lease lease = context.Use();
        lease.SetIv(Convert.FromHexString(GcmIv));
        lease.AddAuthenticatedData(Convert.FromHexString(GcmData));
        return lease;
    }
}
