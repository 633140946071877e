using System.Security.Cryptography;
using Bastion.Ssh.KeyExchange;
using Xunit;

namespace Bastion.Ssh.Tests.KeyExchange;

public sealed class KeyDerivationTests
{
    // NIST CAVS 14.1, SSH key derivation with SHA-256.
    private const string Secret =
        "0000010100f7217049f9cc4f3d59ea109a06ac3cfb79fc05dc349e1c54482072c467e503494d845004c278dabd9338d3bdb3c2f3c58cb264d65575d994696134"
        + "5dcda5b9ce59cc8fdfc994acb74fe8f3b1fc143abceedc541ae74d69cd543fa7438ac5b5c84168d6e6f7fba2722c279b7cd0c1e07cdd59bb231f17174d33b7c1"
        + "a6eb199cfa093476cdd31292f3bff20ae224459caaec461c76d741f0e9269ba96676a3ccebe986a3843a36747a0998bb3feaba41671db20368867a13875f7613"
        + "6b2418b6c807335a7133b4e4fbc0e908516ce97458abec2a32355fb061237bada4e07b950a2b1c8d41201f1c0a41c771d990e4741fef6e2eb5cd106c3b4b6000"
        + "ad07b482ad";

    private const string ExchangeHash = "be79b302374817c2fd052704dfba5e98b05a8346db9269e6401265a1c7970d98";
    private const string SessionId = "def8533bf220d0c632aa4f1b16168e51c0be904c6f299225b30bd7df7bbdc6f2";

    [Theory]
    [InlineData('A', "50afb2f3b8a3bc466b3a68f04da0d56c")]
    [InlineData('B', "b8672a8cc59ee1316fb9a2c0a82ffd73")]
    [InlineData('C', "d854cbdb8f7544b796f982e4973d4de9")]
    [InlineData('D', "bd6bde82c451ee39069d0794f7000f38")]
    [InlineData('E', "270794ec70fcd9d742aad66c54001b4c218ae8cca813453560a9aeaacc6909ec")]
    [InlineData('F', "e967df7571a0eb82f59ddfead22c617beeefa25ce4afd80ac8320bc2635c70d0")]
    public void Derive_VectorsOfNist_GivesTheirKeys(char letter, string expected) =>
        Assert.Equal(expected, Derive(HashAlgorithmName.SHA256, Secret, ExchangeHash, letter, SessionId, expected.Length / 2));

    // Keys longer than the hash, and a session id of another length than H (after a rekey with another hash). Values of OpenSSL 3's SSHKDF.
    [Theory]
    [InlineData("SHA256", 64, "1358b971ca73cf39f10fb88ebcb122300dbb769543b7bd9d54dad987641ca84e1d3e58c49eeea965f852baacbcb9a18ae58e4994724ead25d790913a60a443675eb94e7236702f00849dc1ae44d4f273b22c5d4daac83985bfac83709a23952c6f3f4ef7cd14ce720766d3d9103367543151f49f7d92667c6a8bd828bb3a7c37de82b380568ee33a")]
    [InlineData("SHA384", 64, "df36952dfe0c4f55d3e073fdce4a2891f0939a026052b84dcd990272f57dab16c9f000c7196bbf291241dd339ea5348efbd39e161fe362e439bfd3e1512eb28563c56d3a5890fe9dbc38dc40613d17d329a152cc1e1157863532e39a57cb45c3d3234fc9d32c78ca6180defc6a7d78a4a479070cd33eda28be6a10963457df59f88cddd45125f869")]
    [InlineData("SHA512", 64, "2558db59d9c32bcde04d4a2aa856772565d12486bb189a40a909852c705449a246541209519b6785a25f3640362dba7b95acd8ab2d0f30ed318bebd4d3e1dd4ba626d532ae5c73e7be3cb4fc87e158847f0af2832e61500e532ab3511c4230b10a51832cfc5744c41959a952cb19e1f2907b4d7a64e2781fd4c0e0165e84ae9c9fd17125c9ebd4c3")]
    public void Derive_LongKeys_AgreesWithOpenSsl(string hash, int sessionIdLength, string expected)
    {
        string sessionId = Convert.ToHexString([.. Enumerable.Range(0, sessionIdLength).Select(i => (byte)i)]);
        Assert.Equal(expected, Derive(new HashAlgorithmName(hash), "0000000301ff02", "aa55ff00", 'C', sessionId, 136));
    }

    private static string Derive(HashAlgorithmName hash, string secret, string exchangeHash, char letter, string sessionId, int length)
    {
        byte[] key = new byte[length];
        KeyDerivation.Derive(
            hash,
            Convert.FromHexString(secret),
            Convert.FromHexString(exchangeHash),
            letter,
            Convert.FromHexString(sessionId),
            key);
        return Convert.ToHexStringLower(key);
    }
}
