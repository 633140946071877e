using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Bastion.Ssh.Tests.Connections;

// Every wait ends, on a clock of the test's.
public sealed class TimeoutTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Timeout = 20_000)]
    [InlineData(MessagePhaseName.InitialKexInit)]
    [InlineData(MessagePhaseName.InitialKexExchange)]
    [InlineData(MessagePhaseName.Service)]
    [InlineData(MessagePhaseName.Auth)]
    public async Task LoginGrace_PeerStopsInAPhase_Disconnects(string phase)
    {
        FakeTimeProvider time = new();
        await using PhaseRig rig = await PhaseRig.ReachAsync(
            SshRole.Server, Enum.Parse<MessagePhase>(phase), strict: true, Cancel, time: time);
        time.Advance(TimeSpan.FromSeconds(119));
        time.Advance(TimeSpan.FromSeconds(2));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ByApplication, Cancel);
        await rig.Peer.CloseAsync();
        Assert.Equal(ConnectionEndReason.LoginGraceExceeded, (await rig.EndAsync(Cancel)).Reason);
    }

    [Fact(Timeout = 20_000)]
    public async Task LoginGrace_SilentSocket_Ends()
    {
        FakeTimeProvider time = new();
        await using PhaseRig rig = PhaseRig.Start(SshRole.Server, time: time);
        time.Advance(TimeSpan.FromSeconds(121));
        await rig.Peer.CloseAsync();
        Assert.Equal(ConnectionEndReason.LoginGraceExceeded, (await rig.EndAsync(Cancel)).Reason);
    }

    [Fact(Timeout = 20_000)]
    public async Task Rekey_ThatThePeerNeverAnswers_EndsWithinItsTimeout()
    {
        FakeTimeProvider time = new();
        SshLimits limits = new() { RekeyInterval = TimeSpan.FromMinutes(10), KeepAliveInterval = TimeSpan.Zero };
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel, limits, time);
        AdvanceBySteps(time, TimeSpan.FromMinutes(11));
        await rig.Peer.ExpectAsync(MessageNumber.KexInit, Cancel);
        AdvanceBySteps(time, TimeSpan.FromMinutes(2));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ByApplication, Cancel);
        await rig.Peer.CloseAsync();
        Assert.Equal(ConnectionEndReason.KeyExchangeTimeout, (await rig.EndAsync(Cancel)).Reason);
    }

    [Fact(Timeout = 20_000)]
    public async Task KeepAlive_Unanswered_EndsAfterItsCount()
    {
        FakeTimeProvider time = new();
        SshLimits limits = new() { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveCountMax = 3 };
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel, limits, time);
        AdvanceBySteps(time, TimeSpan.FromMinutes(3));
        for (int i = 0; i < 3; i++)
        {
            await rig.Peer.ExpectAsync(MessageNumber.GlobalRequest, Cancel);
        }

        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ByApplication, Cancel);
        await rig.Peer.CloseAsync();
        Assert.Equal(ConnectionEndReason.KeepAliveTimeout, (await rig.EndAsync(Cancel)).Reason);
    }

    [Fact(Timeout = 20_000)]
    public async Task KeepAlive_Answered_GoesOn()
    {
        FakeTimeProvider time = new();
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Open, strict: true, Cancel, time: time);
        for (int i = 0; i < 10; i++)
        {
            AdvanceBySteps(time, TimeSpan.FromSeconds(45));
            await rig.Peer.ExpectAsync(MessageNumber.GlobalRequest, Cancel);
            await rig.Peer.SendAsync(RawPeer.Message(MessageNumber.RequestFailure));
            await rig.Peer.ExpectAliveAsync(Cancel);
        }
    }

    private static void AdvanceBySteps(FakeTimeProvider time, TimeSpan total)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < total; passed += TimeSpan.FromSeconds(1))
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static class MessagePhaseName
    {
        public const string InitialKexInit = nameof(MessagePhase.InitialKexInit);
        public const string InitialKexExchange = nameof(MessagePhase.InitialKexExchange);
        public const string Service = nameof(MessagePhase.Service);
        public const string Auth = nameof(MessagePhase.Auth);
    }
}
