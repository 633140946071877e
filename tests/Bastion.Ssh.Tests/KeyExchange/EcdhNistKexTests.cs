using Bastion.Ssh.KeyExchange;
using Xunit;

namespace Bastion.Ssh.Tests.KeyExchange;

public sealed class EcdhNistKexTests
{
    [Theory]
    [InlineData("ecdh-sha2-nistp256", 32)]
    [InlineData("ecdh-sha2-nistp384", 48)]
    [InlineData("ecdh-sha2-nistp521", 66)]
    public void Peer_PointNotAcceptable_FailsTheExchange(string name, int size)
    {
        using KexMethod server = KexMethod.Create(name);
        byte[] point = server.CreateClientInit();
        Assert.Equal(1 + (2 * size), point.Length);
        Assert.Equal(4, point[0]);

        byte[] offCurve = [.. point];
        offCurve[^1] ^= 1;
        byte[] compressed = [(byte)(2 + (point[^1] & 1)), .. point[1..(1 + size)]];
        byte[] hybrid = [(byte)(6 + (point[^1] & 1)), .. point[1..]];
        byte[] zero = [4, .. new byte[2 * size]];
        byte[] beyondTheField = [.. point];
        beyondTheField.AsSpan(1, size).Fill(0xff);
        foreach (byte[] hostile in (byte[][])[offCurve, compressed, hybrid, zero, beyondTheField, [0]])
        {
            using KexMethod victim = KexMethod.Create(name);
            Assert.Equal(
                DisconnectReason.KeyExchangeFailed, Assert.Throws<SshProtocolException>(() => victim.Respond(hostile)).Reason);
            Assert.Equal(
                DisconnectReason.KeyExchangeFailed, Assert.Throws<SshProtocolException>(() => server.Finish(hostile)).Reason);
        }
    }
}
