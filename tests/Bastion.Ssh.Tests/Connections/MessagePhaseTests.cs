using System.Buffers.Binary;
using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;
using Xunit;

namespace Bastion.Ssh.Tests.Connections;

// Walks the phase × message matrix with a raw peer: for every role and phase, all 256 message numbers.
// facts: rows 2–5 (CVE-2018-10933, CVE-2025-32433, CVE-2023-46445/46446), checklist A7.
public sealed class MessagePhaseTests
{
    private static readonly byte[] AllNumbers = [.. Enumerable.Range(0, 256).Select(n => (byte)n)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, bool> Phases()
    {
        TheoryData<string, string, bool> rows = [];
        foreach (SshRole role in Enum.GetValues<SshRole>())
        {
            foreach (MessagePhase phase in Enum.GetValues<MessagePhase>())
            {
                rows.Add(role.ToString(), phase.ToString(), true);
                if (phase is MessagePhase.InitialKexInit or MessagePhase.InitialKexExchange or MessagePhase.InitialNewKeys)
                {
                    rows.Add(role.ToString(), phase.ToString(), false);
                }
            }
        }

        return rows;
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Phases))]
    public async Task EveryNumber_InPhase_GetsItsVerdict(string roleName, string phaseName, bool strict)
    {
        SshRole role = Enum.Parse<SshRole>(roleName);
        MessagePhase phase = Enum.Parse<MessagePhase>(phaseName);
        foreach (byte number in AllNumbers)
        {
            bool strictApplies = strict && phase is (MessagePhase.InitialKexExchange or MessagePhase.InitialNewKeys);
            MessageVerdict verdict = MessagePhases.Judge(role, phase, strictApplies, number);
            await using PhaseRig rig = await PhaseRig.ReachAsync(role, phase, strict, Cancel);
            uint sequenceNumber = rig.Peer.PacketsSent;
            await rig.Peer.SendAsync(new byte[] { number });
            switch (verdict)
            {
                case MessageVerdict.Disconnect:
                    Assert.Contains($"Message {number} may not come in phase {phase}", await rig.DisconnectTextAsync(Cancel), StringComparison.Ordinal);
                    break;
                case MessageVerdict.Unimplemented:
                    byte[] answer = await rig.Peer.ExpectAsync(MessageNumber.Unimplemented, Cancel);
                    Assert.Equal(sequenceNumber, BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(1)));
                    break;
                case MessageVerdict.Ignore when phase == MessagePhase.Open:
                    await rig.Peer.ExpectAliveAsync(Cancel);
                    break;
                case MessageVerdict.Ignore:
                    await rig.Peer.EnterAuthAsync(Cancel);
                    break;
                default:
                    // Accepted by the matrix; a message of one byte is malformed for most handlers, which is another refusal.
                    break;
            }

            Assert.Equal(0, rig.HandlerCalls);
        }
    }

    [Fact]
    public void Matrix_ConnectionMessagesBeforeSignIn_AreNeverAccepted()
    {
        foreach (SshRole role in Enum.GetValues<SshRole>())
        {
            foreach (MessagePhase phase in Enum.GetValues<MessagePhase>())
            {
                for (int number = 80; number <= 127 && phase != MessagePhase.Open; number++)
                {
                    Assert.Equal(MessageVerdict.Disconnect, MessagePhases.Judge(role, phase, strict: true, (byte)number));
                    Assert.Equal(MessageVerdict.Disconnect, MessagePhases.Judge(role, phase, strict: false, (byte)number));
                }
            }
        }
    }

    [Fact]
    public void Matrix_StrictInitialExchange_AcceptsOneMessageAndDisconnectOnly()
    {
        foreach (SshRole role in Enum.GetValues<SshRole>())
        {
            byte[] exchange = [.. AllNumbers.Where(n => MessagePhases.Judge(role, MessagePhase.InitialKexExchange, true, n) != MessageVerdict.Disconnect)];
            byte[] newKeys = [.. AllNumbers.Where(n => MessagePhases.Judge(role, MessagePhase.InitialNewKeys, true, n) != MessageVerdict.Disconnect)];
            Assert.Equal([1, role == SshRole.Server ? (byte)30 : (byte)31], exchange);
            Assert.Equal([1, 21], newKeys);
        }
    }

    [Fact]
    public void Matrix_AnswersOfAServer_AreNeverAcceptedFromAClient()
    {
        foreach (MessagePhase phase in Enum.GetValues<MessagePhase>())
        {
            foreach (byte number in new byte[] { 6, 31, 51, 52, 53, 60 })
            {
                Assert.Equal(MessageVerdict.Disconnect, MessagePhases.Judge(SshRole.Server, phase, strict: false, number));
            }
        }
    }
}
