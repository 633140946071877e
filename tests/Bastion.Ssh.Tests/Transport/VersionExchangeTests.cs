using System.Buffers;
using System.Text;
using Bastion.Ssh.Transport;
using CsCheck;
using Xunit;

namespace Bastion.Ssh.Tests.Transport;

public sealed class VersionExchangeTests
{
    [Theory]
    [InlineData(true, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SSH-2.0-OpenSSH_9.2p1 Debian-2")]
    [InlineData(true, "SSH-2.0-x\n", "SSH-2.0-x")]
    [InlineData(false, "SSH-2.0-x\r\n", "SSH-2.0-x")]
    [InlineData(false, "SSH-1.99-Cisco-1.25\r\n", "SSH-1.99-Cisco-1.25")]
    [InlineData(false, "Authorized use only\r\n\nS\r\nSSH\n SSH-2.0-no\nSSH-2.0-x\r\n", "SSH-2.0-x")]
    public void TryRead_ValidLines_GivesTheIdentification(bool isServer, string sent, string expected)
    {
        ReadOnlySequence<byte> input = Bytes(sent + "rest");
        Assert.True(new VersionExchange(isServer).TryRead(ref input, out string identification));
        Assert.Equal(expected, identification);
        Assert.Equal("rest", Encoding.ASCII.GetString(input.ToArray()));
    }

    [Theory]
    [InlineData(true, "SSH-1.99-x\r\n")]
    [InlineData(true, "SSH-1.5-x\r\n")]
    [InlineData(true, "SSH-2.1-x\r\n")]
    [InlineData(true, "SSH-2.0\r\n")]
    [InlineData(true, "SSH-2.0-\r\n")]
    [InlineData(true, "SSH-\r\n")]
    [InlineData(true, "ssh-2.0-x\r\n")]
    [InlineData(true, "\r\n")]
    [InlineData(true, "hello\r\nSSH-2.0-x\r\n")]
    [InlineData(true, "G")]
    [InlineData(true, "SSH-2.0-x\ry\r\n")]
    [InlineData(true, "SSH-2.0-x\r\r\n")]
    [InlineData(true, "SSH-2.0-x\0\r\n")]
    [InlineData(true, "SSH-2.0-x\u001b[2J\r\n")]
    [InlineData(true, "SSH-2.0-x\t\r\n")]
    [InlineData(true, "SSH-2.0-é\r\n")]
    [InlineData(false, "SSH-1.5-x\r\n")]
    [InlineData(false, "hello\0\r\nSSH-2.0-x\r\n")]
    [InlineData(false, "hello\rthere\r\nSSH-2.0-x\r\n")]
    public void TryRead_InvalidLine_Throws(bool isServer, string sent)
    {
        VersionExchange exchange = new(isServer);
        SshProtocolException e = Assert.Throws<SshProtocolException>(() => Read(exchange, sent));
        Assert.Equal(DisconnectReason.ProtocolVersionNotSupported, e.Reason);
    }

    [Fact]
    public void TryRead_255BytesWithCrLf_AreTheMost()
    {
        string longest = "SSH-2.0-".PadRight(253, 'x');
        Assert.Equal(longest, Read(new VersionExchange(isServer: true), longest + "\r\n"));
        Assert.Equal(longest + "y", Read(new VersionExchange(isServer: true), longest + "y\n"));
        Assert.Throws<SshProtocolException>(() => Read(new VersionExchange(isServer: true), longest + "y\r\n"));
        Assert.Throws<SshProtocolException>(() => Read(new VersionExchange(isServer: true), longest + "yyy"));
        Assert.Null(Read(new VersionExchange(isServer: true), longest + "yy"));
    }

    [Fact]
    public void TryRead_LinesBeforeAServersIdentification_AreBounded()
    {
        string lines = string.Concat(Enumerable.Repeat("hello\r\n", 1024));
        Assert.Equal("SSH-2.0-x", Read(new VersionExchange(isServer: false), lines + "SSH-2.0-x\r\n"));
        Assert.Throws<SshProtocolException>(() => Read(new VersionExchange(isServer: false), lines + "hello\r\nSSH-2.0-x\r\n"));

        Assert.Null(Read(new VersionExchange(isServer: false), new string('x', 8192)));
        Assert.Throws<SshProtocolException>(() => Read(new VersionExchange(isServer: false), new string('x', 8193)));
    }

    [Fact]
    public void TryRead_InAnyPieces_GivesTheSame()
    {
        byte[] sent = Encoding.ASCII.GetBytes("line\r\nSS\nSSH-2.0-abc def\r\nrest");
        Gen.Int[0, sent.Length].Array[0, 12].Sample(
            cuts =>
            {
                VersionExchange exchange = new(isServer: false);
                int consumed = 0;
                string identification = "";
                foreach (int arrived in cuts.Order().Append(sent.Length))
                {
                    if (arrived <= consumed)
                    {
                        continue;
                    }

                    ReadOnlySequence<byte> input = Segments.Split(sent.AsMemory(consumed, arrived - consumed), cuts);
                    bool done = exchange.TryRead(ref input, out identification);
                    consumed = arrived - (int)input.Length;
                    if (done)
                    {
                        break;
                    }
                }

                Assert.Equal("SSH-2.0-abc def", identification);
                Assert.Equal(sent.Length - "rest".Length, consumed);
            },
            iter: 2000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a-b")]
    [InlineData("a\r\n")]
    [InlineData("é")]
    public void Compose_InvalidSoftware_Throws(string software) =>
        Assert.Throws<ArgumentException>(() => VersionExchange.Compose(software));

    [Fact]
    public void Compose_ValidSoftware_IsWhatAPeerAccepts()
    {
        string identification = VersionExchange.Compose("Bastion_0.1");
        Assert.Equal("SSH-2.0-Bastion_0.1", Read(new VersionExchange(isServer: true), identification + "\r\n"));
        Assert.Throws<ArgumentException>(() => VersionExchange.Compose(new string('x', 246)));
    }

    private static string? Read(VersionExchange exchange, string sent)
    {
        ReadOnlySequence<byte> input = Bytes(sent);
        return exchange.TryRead(ref input, out string identification) ? identification : null;
    }

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));
}
