using System.Buffers.Binary;
using Bastion.Ssh.KeyExchange;
using Xunit;

namespace Bastion.Ssh.Tests.KeyExchange;

// What holds for every method.
public sealed class KexMethodTests
{
    public static TheoryData<string> Names => [.. SshAlgorithms.Default.Kex];

    [Theory]
    [MemberData(nameof(Names))]
    public void Exchange_BothSides_AgreeOnOneEncodedSecret(string name)
    {
        HashSet<string> secrets = [];
        for (int i = 0; i < 4; i++)
        {
            using KexMethod client = KexMethod.Create(name);
            using KexMethod server = KexMethod.Create(name);
            byte[] clientInit = client.CreateClientInit();
            KexResponse response = server.Respond(clientInit);
            byte[] secret = client.Finish(response.ServerReply);

            Assert.Equal(response.SharedSecret, secret);
            Assert.Equal(secret.Length - 4, BinaryPrimitives.ReadInt32BigEndian(secret));
            Assert.True(secrets.Add(Convert.ToHexString(secret)), "A shared secret came twice.");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Exchange_ValuesOfWrongLength_FailIt(string name)
    {
        using KexMethod client = KexMethod.Create(name);
        using KexMethod server = KexMethod.Create(name);
        byte[] clientInit = client.CreateClientInit();
        byte[] serverReply = server.Respond(clientInit).ServerReply;
        foreach (byte[] wrong in (byte[][])[[], clientInit[..^1], [.. clientInit, 0], new byte[4096]])
        {
            using KexMethod victim = KexMethod.Create(name);
            AssertRefused(() => victim.Respond(wrong));
        }

        foreach (byte[] wrong in (byte[][])[[], serverReply[..^1], [.. serverReply, 0], new byte[4096]])
        {
            AssertRefused(() => client.Finish(wrong));
        }
    }

    private static void AssertRefused(Action action) =>
        Assert.Equal(DisconnectReason.KeyExchangeFailed, Assert.Throws<SshProtocolException>(action).Reason);
}
