using Bastion.Ssh.KeyExchange;
using Xunit;

namespace Bastion.Ssh.Tests.KeyExchange;

public sealed class Curve25519KexTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(65)]
    public void Peer_KeyOfWrongLength_FailsTheExchange(int length) => AssertRefused(new byte[length]);

    [Fact]
    public void Peer_KeyOfSmallOrder_FailsTheExchange()
    {
        AssertRefused(new byte[32]);
        AssertRefused([1, .. new byte[31]]);
    }

    private static void AssertRefused(byte[] publicKey)
    {
        using KexMethod server = KexMethod.Create("curve25519-sha256@libssh.org");
        Assert.Equal(DisconnectReason.KeyExchangeFailed, Assert.Throws<SshProtocolException>(() => server.Respond(publicKey)).Reason);

        using KexMethod client = KexMethod.Create("curve25519-sha256");
        client.CreateClientInit();
        Assert.Equal(DisconnectReason.KeyExchangeFailed, Assert.Throws<SshProtocolException>(() => client.Finish(publicKey)).Reason);
    }
}
