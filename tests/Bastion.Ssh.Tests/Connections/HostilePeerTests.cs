using System.Text;
using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;
using Xunit;

namespace Bastion.Ssh.Tests.Connections;

// What a peer may not do, and how the connection ends: with the right reason, and without a trace of the peer's bytes in it.
public sealed class HostilePeerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> NotSsh() => new(
        "GET / HTTP/1.1\r\nHost: bastion\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001",
        "SSH-1.5-old\r\n",
        "SSH-2.0\r\n",
        "\r\n",
        "SSH-2.0-x\u0000y\r\n",
        "SSH-2.0-" + new string('x', 300) + "\r\n");

    [Theory(Timeout = 20_000)]
    [MemberData(nameof(NotSsh))]
    public async Task Version_NotSsh_DisconnectsWithVersionNotSupported(string bytes)
    {
        await using PhaseRig rig = PhaseRig.Start(SshRole.Server);
        await rig.Peer.ReadLineAsync(Cancel);
        await rig.Peer.SendBytesAsync(Encoding.Latin1.GetBytes(bytes));
        string text = await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolVersionNotSupported, Cancel);
        await rig.Peer.CloseAsync();
        SshConnectionEnd end = await rig.EndAsync(Cancel);
        Assert.Equal(ConnectionEndReason.VersionExchangeFailed, end.Reason);
        Assert.DoesNotContain("GET", text + end.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task Version_LineOfAMegabyte_DisconnectsWithoutBufferingIt()
    {
        await using PhaseRig rig = PhaseRig.Start(SshRole.Server);
        await rig.Peer.ReadLineAsync(Cancel);
        byte[] megabyte = new byte[1024 * 1024];
        "SSH-2.0-"u8.CopyTo(megabyte);
        megabyte.AsSpan(8).Fill((byte)'a');
        await rig.Peer.SendBytesAsync(megabyte);
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolVersionNotSupported, Cancel);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(35_001u)]
    [InlineData(0x7fffffffu)]
    [InlineData(0xffffffffu)]
    public async Task Packet_LengthOutOfBoundsBeforeSignIn_Disconnects(uint length)
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.InitialKexInit, strict: true, Cancel);
        await rig.Peer.SendBytesAsync(new SshWriterBuilder().UInt32(length).Raw(new byte[12]).ToArray());
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Stream_EndsInsideAPacket_IsConnectionLost()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.InitialKexInit, strict: true, Cancel);
        await rig.Peer.SendBytesAsync(new SshWriterBuilder().UInt32(60).Raw(new byte[12]).ToArray());
        await rig.Peer.CloseAsync();
        Assert.Equal(ConnectionEndReason.ConnectionLost, (await rig.EndAsync(Cancel)).Reason);
    }

    [Fact(Timeout = 20_000)]
    public async Task Kex_StrictWithAPacketBeforeKexInit_Disconnects()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.InitialKexInit, strict: true, Cancel);
        await rig.Peer.SendAsync(RawPeer.Message(MessageNumber.Ignore, m => m.String("terrapin"u8)));
        await rig.Peer.SendKexInitAsync(strict: true);
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Kex_NoCommonCipher_NamesTheList()
    {
        await using PhaseRig rig = PhaseRig.Start(SshRole.Server);
        await rig.Peer.ExchangeVersionsAsync(Cancel);
        await rig.Peer.SendAsync(RawPeer.Message(
            MessageNumber.KexInit,
            m =>
            {
                m.Raw(new byte[16]).String("curve25519-sha256"u8).String("ssh-ed25519"u8).String("3des-cbc"u8).String("3des-cbc"u8);
                m.String("hmac-md5"u8).String("hmac-md5"u8).String("none"u8).String("none"u8).String(""u8).String(""u8).Byte(0).UInt32(0);
            }));
        string text = await rig.Peer.ExpectDisconnectAsync(DisconnectReason.KeyExchangeFailed, Cancel);
        Assert.Contains("No common cipher client to server", text, StringComparison.Ordinal);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Kex_PublicValueOfWrongLength_Disconnects(bool asServer)
    {
        SshRole role = asServer ? SshRole.Server : SshRole.Client;
        await using PhaseRig rig = await PhaseRig.ReachAsync(role, MessagePhase.InitialKexExchange, strict: true, Cancel);
        byte[] message = role == SshRole.Server
            ? RawPeer.Message(MessageNumber.KexExchangeInit, m => m.String(new byte[31]))
            : RawPeer.Message(
                MessageNumber.KexExchangeReply,
                m => m.String(ConnectionPair.ServerKey.PublicKey.Blob.Span).String(new byte[31]).String(new byte[83]));
        await rig.Peer.SendAsync(message);
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.KeyExchangeFailed, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Kex_AllZeroPublicValue_Disconnects()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.InitialKexExchange, strict: true, Cancel);
        await rig.Peer.SendAsync(RawPeer.Message(MessageNumber.KexExchangeInit, m => m.String(new byte[32])));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.KeyExchangeFailed, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task ServiceRequest_Connection_IsNotAvailableBeforeSignIn()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Service, strict: true, Cancel);
        await rig.Peer.SendAsync(RawPeer.Message(MessageNumber.ServiceRequest, m => m.String("ssh-connection"u8)));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ServiceNotAvailable, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task ExtInfo_Twice_Disconnects()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Service, strict: true, Cancel);
        byte[] extInfo = RawPeer.Message(MessageNumber.ExtInfo, m => m.UInt32(0));
        await rig.Peer.SendAsync(extInfo, extInfo);
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task ExtInfo_CountBeyondItsBytes_Disconnects()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Service, strict: true, Cancel);
        await rig.Peer.SendAsync(RawPeer.Message(MessageNumber.ExtInfo, m => m.UInt32(0xffffffff)));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Rekey_SecondKexInit_Disconnects()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.RekeyExchange, strict: true, Cancel);
        await rig.Peer.SendKexInitAsync(first: false);
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task PostSignIn_UserAuthRequestAgain_IsIgnored()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel);
        await rig.Peer.SendAsync(rig.Peer.CreateSignIn(PrivateKey.Generate(SshKeyKind.Ed25519)));
        await rig.Peer.ExpectAliveAsync(Cancel);
        Assert.Equal(0, rig.HandlerCalls);
    }

    [Fact(Timeout = 20_000)]
    public async Task GlobalRequests_Unknown_AreAnsweredOnlyIfAsked()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel);
        await rig.Peer.SendAsync(
            RawPeer.Message(MessageNumber.GlobalRequest, m => m.String("no-such-thing@example"u8).Byte(0)),
            RawPeer.Message(MessageNumber.GlobalRequest, m => m.String("tcpip-forward"u8).Byte(1).String("0.0.0.0"u8).UInt32(0)),
            RawPeer.Message(MessageNumber.Ping, m => m.String("after"u8)));
        Assert.Equal((byte)MessageNumber.RequestFailure, (await rig.Peer.ReceiveAsync(Cancel))![0]);
        Assert.Equal((byte)MessageNumber.Pong, (await rig.Peer.ReceiveAsync(Cancel))![0]);
    }

    [Fact(Timeout = 20_000)]
    public async Task Pings_WhilePeerDoesNotRead_StopOurReadingInsteadOfGrowing()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel);
        byte[] ping = RawPeer.Message(MessageNumber.Ping, m => m.String(new byte[8192]));
        int sent = 0;
        Task flood = Task.Run(
            async () =>
            {
                for (int i = 0; i < 2_000; i++)
                {
                    await rig.Peer.SendAsync(ping);
                    Interlocked.Increment(ref sent);
                }
            },
            Cancel);

        // The pipes hold a MiB each way (256 pings in all) and we queue 64 KiB; whatever is sent beyond that has been answered.
        for (int answered = 1; answered <= 2_000; answered++)
        {
            await rig.Peer.ExpectAsync(MessageNumber.Pong, Cancel);
            Assert.InRange(Volatile.Read(ref sent) - answered, -1, 400);
        }

        await flood;
    }
}
