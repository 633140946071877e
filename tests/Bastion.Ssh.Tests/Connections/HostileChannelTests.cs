using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;
using Xunit;

namespace Bastion.Ssh.Tests.Connections;

// Abuse of channels by a signed-in peer (RFC 4254 §5): windows, sizes, numbers, order.
public sealed class HostileChannelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task Window_AdjustedBeyondItsRange_Disconnects()
    {
        await using PhaseRig rig = await OpenAsync(window: 0xffffffff);
        await rig.Peer.SendAsync(Adjust(0, 1));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0x80000000u)]
    [InlineData(0xffffffffu)]
    public async Task Window_AnyInitialSize_Works(uint window)
    {
        await using PhaseRig rig = await OpenAsync(window);
        (SshChannel channel, _) = await rig.Handler.NextChannelAsync(Cancel);
        bool sent = channel.Send("hello"u8);
        Assert.Equal(window >= 5, sent);
        if (!sent)
        {
            await rig.Peer.SendAsync(Adjust(0, 5));
        }

        List<byte> received = [];
        while (received.Count < 5)
        {
            byte[] data = await rig.Peer.ExpectAsync(MessageNumber.ChannelData, Cancel);
            received.AddRange(data.AsSpan(9));
        }

        Assert.Equal("hello"u8.ToArray(), received);
    }

    [Fact(Timeout = 20_000)]
    public async Task Data_BeyondTheWindow_Disconnects()
    {
        SshLimits limits = new() { ChannelWindow = 64 * 1024 };
        await using PhaseRig rig = await OpenAsync(window: 1024, limits: limits, credit: false);
        byte[] data = Data(0, 32 * 1024);
        await rig.Peer.SendAsync(data, data, data);
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
        (_, TestChannelHandler handler) = await rig.Handler.NextChannelAsync(Cancel);
        Assert.Equal(64 * 1024, handler.Received);
    }

    [Fact(Timeout = 20_000)]
    public async Task Data_LongerThanOurMaximumPacket_Disconnects()
    {
        await using PhaseRig rig = await OpenAsync(window: 1024);
        await rig.Peer.SendAsync(Data(0, (32 * 1024) + 1));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Data_LengthFieldBeyondThePacket_Disconnects()
    {
        await using PhaseRig rig = await OpenAsync(window: 1024);
        await rig.Peer.SendAsync(RawPeer.Message(MessageNumber.ChannelData, m => m.UInt32(0).UInt32(0x7fffffff).Raw("x"u8)));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Data_OfUnknownExtendedType_IsDroppedAndItsRoomGivenBack()
    {
        SshLimits limits = new() { ChannelWindow = 64 * 1024 };
        await using PhaseRig rig = await OpenAsync(window: 1024, limits: limits);
        byte[] data = RawPeer.Message(MessageNumber.ChannelExtendedData, m => m.UInt32(0).UInt32(77).String(new byte[16 * 1024]));
        await rig.Peer.SendAsync(data, data);
        await rig.Peer.ExpectAsync(MessageNumber.ChannelWindowAdjust, Cancel);
        (_, TestChannelHandler handler) = await rig.Handler.NextChannelAsync(Cancel);
        Assert.Equal(0, handler.Received);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(94)]
    [InlineData(96)]
    [InlineData(97)]
    [InlineData(99)]
    [InlineData(100)]
    public async Task Message_ForAChannelThatIsNotOpen_Disconnects(byte number)
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel);
        await rig.Peer.SendAsync(RawPeer.Message((MessageNumber)number, m => m.UInt32(0x7fffffff)));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Open_WithMaximumPacketZero_Disconnects()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel);
        await rig.Peer.SendAsync(Open(0, 1024, 0));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Open_WithMaximumPacketOne_SendsByteByByte()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel);
        await rig.Peer.SendAsync(Open(0, 1024, 1));
        await rig.Peer.ExpectAsync(MessageNumber.ChannelOpenConfirmation, Cancel);
        (SshChannel channel, _) = await rig.Handler.NextChannelAsync(Cancel);
        Assert.True(channel.Send("abc"u8));
        foreach (byte expected in "abc"u8.ToArray())
        {
            byte[] data = await rig.Peer.ExpectAsync(MessageNumber.ChannelData, Cancel);
            Assert.Equal([expected], data[9..]);
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task Open_BeyondTheLimit_IsRefusedAndLeaksNothing()
    {
        SshLimits limits = new() { MaxChannels = 3 };
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel, limits);
        for (uint i = 0; i < 3; i++)
        {
            await rig.Peer.SendAsync(Open(i, 1024, 1024));
            await rig.Peer.ExpectAsync(MessageNumber.ChannelOpenConfirmation, Cancel);
        }

        for (uint i = 3; i < 300; i++)
        {
            await rig.Peer.SendAsync(Open(i, 1024, 1024));
            byte[] failure = await rig.Peer.ExpectAsync(MessageNumber.ChannelOpenFailure, Cancel);
            Assert.Equal((byte)ChannelOpenFailureReason.ResourceShortage, failure[8]);
        }

        await rig.Peer.SendAsync(RawPeer.Message(MessageNumber.ChannelClose, m => m.UInt32(1)));
        await rig.Peer.ExpectAsync(MessageNumber.ChannelClose, Cancel);
        await rig.Peer.SendAsync(Open(9, 1024, 1024));
        await rig.Peer.ExpectAsync(MessageNumber.ChannelOpenConfirmation, Cancel);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("x11")]
    [InlineData("tun@openssh.com")]
    [InlineData("forwarded-tcpip")]
    [InlineData("auth-agent@openssh.com")]
    [InlineData("no-such-type")]
    public async Task Open_OfATypeNotOffered_IsRefused(string type)
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel);
        await rig.Peer.SendAsync(RawPeer.Message(
            MessageNumber.ChannelOpen,
            m => m.String(System.Text.Encoding.ASCII.GetBytes(type)).UInt32(5).UInt32(1024).UInt32(1024).UInt32(1)));
        byte[] failure = await rig.Peer.ExpectAsync(MessageNumber.ChannelOpenFailure, Cancel);
        Assert.Equal((byte)ChannelOpenFailureReason.UnknownChannelType, failure[8]);
        Assert.Equal(0, rig.HandlerCalls);
    }

    [Fact(Timeout = 20_000)]
    public async Task Open_SessionFromAServer_IsRefusedByAClient()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Client, MessagePhase.Open, strict: true, Cancel);
        await rig.Peer.SendAsync(Open(0, 1024, 1024));
        await rig.Peer.ExpectAsync(MessageNumber.ChannelOpenFailure, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Open_AfterNoMoreSessions_Disconnects()
    {
        await using PhaseRig rig = await OpenAsync(window: 1024);
        await rig.Peer.SendAsync(RawPeer.Message(MessageNumber.GlobalRequest, m => m.String("no-more-sessions@openssh.com"u8).Byte(0)));
        await rig.Peer.SendAsync(Open(1, 1024, 1024));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Answers_ThatNobodyAskedFor_AreDropped()
    {
        await using PhaseRig rig = await OpenAsync(window: 1024);
        byte[] success = RawPeer.Message(MessageNumber.ChannelSuccess, m => m.UInt32(0));
        byte[] globalFailure = RawPeer.Message(MessageNumber.RequestFailure);
        for (int i = 0; i < 5_000; i++)
        {
            await rig.Peer.SendAsync(success, globalFailure);
        }

        await rig.Peer.ExpectAliveAsync(Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Requests_ThatNobodyAnswers_AreBounded()
    {
        SshLimits limits = new() { MaxPendingRequests = 10 };
        await using PhaseRig rig = await OpenAsync(window: 1024, limits: limits, reply: null);
        for (int i = 0; i < 11; i++)
        {
            await rig.Peer.SendAsync(Request("shell", wantReply: true));
        }

        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Requests_AnsweredOutOfOrder_AreAnsweredInOrderOnTheWire()
    {
        await using PhaseRig rig = await OpenAsync(window: 1024, reply: null);
        await rig.Peer.SendAsync(Request("shell", wantReply: true), Request("no-such-request", wantReply: true));
        (_, TestChannelHandler handler) = await rig.Handler.NextChannelAsync(Cancel);
        SshChannelRequest first = await handler.NextRequestAsync(Cancel);
        SshChannelRequest second = await handler.NextRequestAsync(Cancel);
        second.Reply(false);
        second.Reply(true);
        first.Reply(true);
        Assert.Equal((byte)MessageNumber.ChannelSuccess, (await rig.Peer.ReceiveAsync(Cancel))![0]);
        Assert.Equal((byte)MessageNumber.ChannelFailure, (await rig.Peer.ReceiveAsync(Cancel))![0]);
        await rig.Peer.ExpectAliveAsync(Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Close_Twice_DisconnectsAndTheHandlerHearsItOnce()
    {
        await using PhaseRig rig = await OpenAsync(window: 1024);
        byte[] close = RawPeer.Message(MessageNumber.ChannelClose, m => m.UInt32(0));
        await rig.Peer.SendAsync(close, close);
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
        (_, TestChannelHandler handler) = await rig.Handler.NextChannelAsync(Cancel);
        Assert.Equal(1, handler.ClosedCount);
    }

    [Fact(Timeout = 20_000)]
    public async Task Data_AfterEof_IsDropped()
    {
        await using PhaseRig rig = await OpenAsync(window: 1024);
        await rig.Peer.SendAsync(RawPeer.Message(MessageNumber.ChannelEof, m => m.UInt32(0)), Data(0, 10), Adjust(0, 10));
        await rig.Peer.ExpectAliveAsync(Cancel);
        (_, TestChannelHandler handler) = await rig.Handler.NextChannelAsync(Cancel);
        Assert.Equal(0, handler.Received);
    }

    private static async Task<PhaseRig> OpenAsync(uint window, SshLimits? limits = null, bool credit = true, bool? reply = true)
    {
        PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel, limits);
        rig.Handler.CreateHandler = () => new TestChannelHandler { AutoCredit = credit, AutoReply = reply };
        await rig.Peer.SendAsync(Open(0, window, 32 * 1024));
        await rig.Peer.ExpectAsync(MessageNumber.ChannelOpenConfirmation, Cancel);
        return rig;
    }

    private static byte[] Open(uint id, uint window, uint maxPacket) =>
        RawPeer.Message(MessageNumber.ChannelOpen, m => m.String("session"u8).UInt32(id).UInt32(window).UInt32(maxPacket));

    private static byte[] Adjust(uint id, uint bytes) => RawPeer.Message(MessageNumber.ChannelWindowAdjust, m => m.UInt32(id).UInt32(bytes));

    private static byte[] Data(uint id, int length) =>
        RawPeer.Message(MessageNumber.ChannelData, m => m.UInt32(id).String(new byte[length]));

    private static byte[] Request(string type, bool wantReply) =>
        RawPeer.Message(
            MessageNumber.ChannelRequest,
            m => m.UInt32(0).String(System.Text.Encoding.ASCII.GetBytes(type)).Byte(wantReply ? (byte)1 : (byte)0));
}
