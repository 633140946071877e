using System.Security.Cryptography;
using Bastion.Ssh.Crypto;
using Xunit;

namespace Bastion.Ssh.Tests.Crypto;

public sealed class MlKem768Tests
{
    // Wycheproof, mlkem_768_test.json, test 1: a ciphertext of another key, so that the implicit rejection has to answer.
    private const string Seed =
        "cbfc4405d1b2a3a386c94c25e0f2d5f5ee92cb0388ff4d6aa04223086d51c3fd24752da14c9fc3b8ae0d9e4a8b1016b8d8fc69e229c03ea2ef08a4ae0cffc37f";

    private const string PublicKeySha256 = "67fe2cb60768d55758c67bfd5842692dedb14513d581c48db2cd3adf94568106";
    private const string Secret = "76c10bb1d86d96d7eb18e298363e51f7728e113f455df7d15017940ed3541451";

    private const string Ciphertext =
        "00e96c44eb5f5380d80b4cb05d608971a28fbe838b912b558bf9676c6c67c9692ed6ea063fc47b70d5d6004825c269b9cb8e68b5728d67f44844d976"
        + "86a11154e3cbd4a6f9e47524d93d851bdce480d7762ded09be53d17cce3ee28dc5a06911c062b99b218355dd5822108c55e2c67f7ea0b74b6189b33b"
        + "4589d8ff9d0c867d13edaaf1c5f724675320beda3e6acc673c048fa04a1b30f899227d5a555e08a412a47b7db75eb118a8844a71b186880426f6bb6e"
        + "77186d18e753cbcce93c9fb76c729875b4d473eeca8dab9941969faef04df9ce3178e7341eab416d28bb7aee12bfb8f4c3df814eff45a0187329079a"
        + "cfc41a8e8dba7b08d111f02e37a1d2b69e57eef808fcc6ae23385534a420a93dfb6a95c73e2f1016177c4fe9d3ced769e277293aaceded6d07efc789"
        + "0eaa885bd1e73f9e5da2b9cfda0d44cbc9090705ac2ce3e7bcd7775b593c706e45ddc97d3a65d9b7e73673f9473df5bfec689671f73e7f6ee77c730a"
        + "8ebda1f0b2c112a71904d6f28a51d8d479f8323fb485e722f5c4d5857e95989a9cbaf273efd04fc3cbde98baa9969e095e88accecfbd12ef2155497a"
        + "5b15fe91a70d1106b91a568363bfc2d6736cc8138cbc41ddf1e54fd40511e27d89e2c26c027b63c156e2bbb998faaed3d72186f0cc626dad39a782dc"
        + "da2087fd13a9498e10b41b685646a227ea1166a5632c195983f4aba2b718b4074030d57126d34c38349892007acbea9e393b967dc3146b270f080a1f"
        + "0bee90d65a095a6352a7718ed1717a8025a2bd38c66d120baf4247676a1fe044a57ce268c078f8ff46cc26fe4f9c7a03d6467adacb8418d26273662b"
        + "ce1f7bc00b906e0088e95dc0fb419e2232e85aac77b9e7cd563e604de5e1d3e9693dcd3b19865cf4250773691e7e0af9c2755cd31f49d1f96708f3ba"
        + "2f0b98184525abb869e12d5cea0ac1740181a875035300b05a54b8d42ee3b4ae92b06e43cd807e2b096c977f23c61ef8c989c52ed83754076dea1323"
        + "f639250bef61bdf903bf7961cec89ba6942d9d0647ac9c8195d93ed8abcedf25754644035719a5a0a1c8c0798912726a9a8258e4c10ae7485322ed9b"
        + "a331f6f090c4b492a4fcf53d753cd34f28ec0443fce0724f43c89a3942169d5099a8f7430f38691ebce2e3fe4f600d82c7ccedf60673f8e5d4c1a9f8"
        + "4b8b5b23f5ed63defb6a7205e0a8b105bdc6ff4568fc78cb4456b02fedb7f4c48f6fd6b69216a3319821039db40e19a31a0b0c9d471d5a7a73865d26"
        + "f8be3595525b1ec4a8579efd07ea98e2602e2bffdfd8febc5c7b4c736d326b5030ccc6faf9420a9c156a8f4516b9fff675459dfdcd4ef85d7adbdffd"
        + "60f4a39628e399cc752c2e99ab2f431dc765e7c9d206bfe32649fbef4ef48b1d7936fc74766d724350ee2245a8d5f23fbc6c7ed8b57168ce1e864e49"
        + "d7f8c475dcda140bd42473825b3c72eb8c54780188813011e1962a503f9b516e13226de6375b204733b0192183c8f55e870e61cf8947c3191790bc0b"
        + "657bc43aebc9d86c";

    [Fact]
    public void KeyPair_VectorOfWycheproof_GivesItsKeyAndSecret()
    {
        byte[] publicKey = new byte[MlKem768.Instance.PublicKeySize];
        byte[] secret = new byte[Kem.SecretSize];
        using KemKeyPair pair = MlKem768.FromSeed(Convert.FromHexString(Seed));
        pair.GetPublicKey(publicKey);
        pair.Decapsulate(Convert.FromHexString(Ciphertext), secret);

        Assert.Equal(PublicKeySha256, Convert.ToHexStringLower(SHA256.HashData(publicKey)));
        Assert.Equal(Secret, Convert.ToHexStringLower(secret));
    }

    // FIPS 203 §7.2: each of the 768 coefficients must be below 3329.
    [Fact]
    public void TryEncapsulate_CoefficientAtTheModulus_IsRefused()
    {
        byte[] publicKey = new byte[MlKem768.Instance.PublicKeySize];
        using KemKeyPair pair = MlKem768.Instance.Generate();
        pair.GetPublicKey(publicKey);
        Assert.True(TryEncapsulate(publicKey));
        for (int coefficient = 0; coefficient < 768; coefficient++)
        {
            byte[] hostile = [.. publicKey];
            SetCoefficient(hostile, coefficient, 3329);
            Assert.False(TryEncapsulate(hostile));
        }

        SetCoefficient(publicKey, 767, 3328);
        Assert.True(TryEncapsulate(publicKey));
    }

    private static void SetCoefficient(byte[] publicKey, int coefficient, int value)
    {
        int offset = coefficient / 2 * 3;
        if (coefficient % 2 == 0)
        {
            publicKey[offset] = (byte)value;
            publicKey[offset + 1] = (byte)((publicKey[offset + 1] & 0xf0) | (value >> 8));
            return;
        }

        publicKey[offset + 1] = (byte)((publicKey[offset + 1] & 0x0f) | ((value & 0x0f) << 4));
        publicKey[offset + 2] = (byte)(value >> 4);
    }

    private static bool TryEncapsulate(byte[] publicKey) =>
        MlKem768.Instance.TryEncapsulate(publicKey, new byte[MlKem768.Instance.CiphertextSize], new byte[Kem.SecretSize]);
}
