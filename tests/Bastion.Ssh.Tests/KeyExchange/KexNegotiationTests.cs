using Bastion.Ssh.KeyExchange;
using Bastion.Ssh.Wire;
using Xunit;

namespace Bastion.Ssh.Tests.KeyExchange;

public sealed class KexNegotiationTests
{
    private const string Gcm = "aes256-gcm@openssh.com";
    private const string Ctr = "aes256-ctr";
    private const string Hmac = "hmac-sha2-256";

    [Fact]
    public void Negotiate_OurTwoSides_TakesTheFirstOfEachList()
    {
        SshAlgorithms ours = SshAlgorithms.Default;
        KexInitMessage client = KexInitMessage.Create(ours, ours.HostKeys, isServer: false, isFirst: true);
        KexInitMessage server = KexInitMessage.Create(ours, ["ssh-ed25519"], isServer: true, isFirst: true);
        KexChoice choice = KexNegotiation.Negotiate(client, server);

        Assert.Equal(ours.Kex[0], choice.Kex);
        Assert.Equal("ssh-ed25519", choice.HostKey);
        Assert.Equal(ours.Ciphers[0], choice.CipherClientToServer);
        Assert.Equal(ours.Ciphers[0], choice.CipherServerToClient);
        Assert.Null(choice.MacClientToServer);
        Assert.Null(choice.MacServerToClient);
        Assert.False(choice.ClientGuessWrong);
    }

    [Fact]
    public void Negotiate_DifferentOrders_FollowsTheClient()
    {
        KexInitMessage client = Message(kex: "a,b,c", ciphers: $"x,{Ctr},{Gcm}", macs: $"y,{Hmac}");
        KexInitMessage server = Message(kex: "c,b", ciphers: $"{Gcm},{Ctr}", macs: $"{Hmac},z");
        KexChoice choice = KexNegotiation.Negotiate(client, server);

        Assert.Equal("b", choice.Kex);
        Assert.Equal(Ctr, choice.CipherClientToServer);
        Assert.Equal(Hmac, choice.MacClientToServer);
    }

    [Fact]
    public void Negotiate_AeadCipherWithoutCommonMac_NeedsNone()
    {
        KexChoice choice = KexNegotiation.Negotiate(Message(ciphers: Gcm, macs: "a"), Message(ciphers: Gcm, macs: ""));
        Assert.Null(choice.MacServerToClient);
    }

    // Both sides list the pseudo names; neither is a method (OpenSSH PROTOCOL §1.9, RFC 8308 §2.1).
    [Theory]
    [InlineData("ext-info-s,a", "a,ext-info-s", "a")]
    [InlineData("kex-strict-s-v00@openssh.com,kex-strict-c-v00@openssh.com,ext-info-c,b,a", "a,b,ext-info-c,kex-strict-c-v00@openssh.com,kex-strict-s-v00@openssh.com", "b")]
    public void Negotiate_PseudoNamesOnBothSides_AreNeverChosen(string client, string server, string expected) =>
        Assert.Equal(expected, KexNegotiation.Negotiate(Message(kex: client), Message(kex: server)).Kex);

    [Fact]
    public void Negotiate_OnlyPseudoNamesInCommon_Fails()
    {
        SshProtocolException e = Assert.Throws<SshProtocolException>(
            () => KexNegotiation.Negotiate(Message(kex: "a,ext-info-s"), Message(kex: "b,ext-info-s")));
        Assert.Equal(DisconnectReason.KeyExchangeFailed, e.Reason);
        Assert.Equal("No common key exchange method: the client offers a; the server offers b.", e.Message);
    }

    public static TheoryData<string, string, string> ListsWithNothingInCommon => new()
    {
        { "kex", "", "key exchange method" },
        { "kex", "diffie-hellman-group14-sha1", "key exchange method" },
        { "hostKeys", "ssh-dss", "host key algorithm" },
        { "ciphers", "3des-cbc", "cipher client to server" },
        { "macs", "hmac-md5", "MAC client to server" },
        { "compression", "zlib", "compression client to server" },
        { "ciphersBack", "3des-cbc", "cipher server to client" },
        { "macsBack", "hmac-md5", "MAC server to client" },
        { "compressionBack", "", "compression server to client" },
    };

    [Theory]
    [MemberData(nameof(ListsWithNothingInCommon))]
    public void Negotiate_NothingInCommon_NamesTheListAndBothOffers(string list, string names, string expected)
    {
        KexInitMessage client = Message(
            kex: list == "kex" ? names : "a",
            hostKeys: list == "hostKeys" ? names : "ssh-ed25519",
            ciphers: list == "ciphers" ? names : Ctr,
            macs: list == "macs" ? names : Hmac,
            compression: list == "compression" ? names : "none",
            ciphersBack: list == "ciphersBack" ? names : Ctr,
            macsBack: list == "macsBack" ? names : Hmac,
            compressionBack: list == "compressionBack" ? names : "none");
        SshProtocolException e = Assert.Throws<SshProtocolException>(() => KexNegotiation.Negotiate(client, Message()));

        Assert.Equal(DisconnectReason.KeyExchangeFailed, e.Reason);
        Assert.StartsWith($"No common {expected}: the client offers {(names.Length == 0 ? "nothing" : names)};", e.Message);
    }

    [Fact]
    public void Negotiate_ThousandsOfBytesOfNames_KeepsTheMessageShort()
    {
        string names = string.Join(',', Enumerable.Range(0, 200).Select(i => $"method-{i}"));
        SshProtocolException e = Assert.Throws<SshProtocolException>(() => KexNegotiation.Negotiate(Message(kex: names), Message()));
        Assert.InRange(e.Message.Length, 400, 600);
    }

    // RFC 4253 §7: a guess is wrong if the first method or the first host key algorithm of both differ, whatever is then agreed on.
    [Theory]
    [InlineData("a,b", "a,b", "h", "h", true, false)]
    [InlineData("a,b", "b,a", "h", "h", true, true)]
    [InlineData("a", "a", "h,i", "i,h", true, true)]
    [InlineData("a,b", "b,a", "h", "h", false, false)]
    public void Negotiate_FirstPacketFollows_TellsWhetherTheGuessIsWrong(
        string clientKex, string serverKex, string clientHostKeys, string serverHostKeys, bool follows, bool wrong)
    {
        KexInitMessage client = Message(kex: clientKex, hostKeys: clientHostKeys, follows: follows);
        KexInitMessage server = Message(kex: serverKex, hostKeys: serverHostKeys);
        KexChoice choice = KexNegotiation.Negotiate(client, server);

        Assert.Equal(wrong, choice.ClientGuessWrong);
        Assert.False(choice.ServerGuessWrong);
    }

    private static KexInitMessage Message(
        string kex = "a",
        string hostKeys = "ssh-ed25519",
        string ciphers = Ctr,
        string macs = Hmac,
        string compression = "none",
        string ciphersBack = "",
        string macsBack = "",
        string compressionBack = "none",
        bool follows = false) =>
        KexInitMessage.Parse(KexInitBytes.Build(
            [
                kex,
                hostKeys,
                ciphers,
                ciphersBack.Length == 0 ? ciphers : ciphersBack,
                macs,
                macsBack.Length == 0 ? macs : macsBack,
                compression,
                compressionBack,
                "",
                "",
            ],
            follows));
}

internal static class KexInitBytes
{
    public static byte[] Build(string[] lists, bool follows = false)
    {
        using SshWriter writer = new(stackalloc byte[512]);
        writer.WriteByte(20);
        writer.WriteBytes(new byte[16]);
        foreach (string list in lists)
        {
            writer.WriteString(list);
        }

        writer.WriteBoolean(follows);
        writer.WriteUInt32(0);
        return writer.ToArray();
    }
}
