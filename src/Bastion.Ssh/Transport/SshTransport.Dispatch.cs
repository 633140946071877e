using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Transport;

// One message: judged by the matrix, then handled here if it belongs to the transport, else by the layer above.
internal sealed partial class SshTransport
{
    // Longest text of a DISCONNECT that we keep.
    private const int MaxDisconnectText = 256;

    private int _packetsSinceNewKeys;
    private int _extInfosReceived;

    private ValueTask Dispatch(ReadOnlySpan<byte> payload)
    {
        byte number = payload[0];
        if (DropsGuessedPacket(number))
        {
            return ValueTask.CompletedTask;
        }

        switch (MessagePhases.Judge(_side.Role, _phase, _strict, number))
        {
            case MessageVerdict.Accept:
                _packetsSinceNewKeys++;
                return Handle((MessageNumber)number, payload);
            case MessageVerdict.Unimplemented:
                SendUnimplemented();
                return ValueTask.CompletedTask;
            case MessageVerdict.Ignore:
                return ValueTask.CompletedTask;
            default:
                SshProtocolException.Throw($"Message {number} may not come in phase {_phase}.");
                return ValueTask.CompletedTask;
        }
    }

    private ValueTask Handle(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        switch (number)
        {
            case MessageNumber.Disconnect:
                OnDisconnect(payload);
                return ValueTask.CompletedTask;
            case MessageNumber.Ignore or MessageNumber.Debug or MessageNumber.Unimplemented:
                return ValueTask.CompletedTask;
            case MessageNumber.ExtInfo:
                OnExtInfo(payload);
                return ValueTask.CompletedTask;
            case MessageNumber.KexInit:
                OnKexInit(payload);
                return ValueTask.CompletedTask;
            case MessageNumber.KexExchangeInit or MessageNumber.KexExchangeReply:
                return OnKexMessageAsync(payload.ToArray());
            case MessageNumber.NewKeys:
                OnNewKeys(payload);
                return ValueTask.CompletedTask;
            default:
                return Upper.OnMessage(number, payload);
        }
    }

    // byte SSH_MSG_DISCONNECT; uint32 reason code; string description; string language tag (RFC 4253 §11.1)
    private void OnDisconnect(ReadOnlySpan<byte> payload)
    {
        SshReader reader = new(payload[1..]);
        uint reason = reader.ReadUInt32();
        string text = PeerText.Read(ref reader, MaxDisconnectText);
        Stop(new SshConnectionEnd(ConnectionEndReason.ClosedByPeer, $"The peer disconnected with reason {reason}: {text}"), tellPeer: null);
    }

    // RFC 8308 §2.4: a client sends one, right after its first NEWKEYS; a server one there and one before USERAUTH_SUCCESS.
    private void OnExtInfo(ReadOnlySpan<byte> payload)
    {
        _extInfosReceived++;
        bool isFirst = _packetsSinceNewKeys == 1;
        if (_extInfosReceived > (_side.Role == SshRole.Client ? 2 : 1) || (_side.Role == SshRole.Server && !isFirst))
        {
            SshProtocolException.Throw("EXT_INFO came where it may not, or too often.");
        }

        PeerExtensions = PeerExtensions.Read(payload);
    }

    // byte SSH_MSG_UNIMPLEMENTED; uint32 packet sequence number of rejected message (RFC 4253 §11.4)
    private void SendUnimplemented()
    {
        using SshWriter writer = new(stackalloc byte[8]);
        writer.WriteByte((byte)MessageNumber.Unimplemented);
        writer.WriteUInt32(unchecked(_reader.SequenceNumber - 1));
        Sender.Send(writer.Written);
    }

    // DISCONNECT passes the gate: RFC 4253 §7.1 allows it during a key exchange.
    private void SendDisconnectLocked(DisconnectReason reason, string text)
    {
        using SshWriter writer = new(stackalloc byte[256]);
        writer.WriteByte((byte)MessageNumber.Disconnect);
        writer.WriteUInt32((uint)reason);
        writer.WriteString(text);
        writer.WriteString("");
        Sender.SendPastGateLocked(writer.Written);
    }
}
