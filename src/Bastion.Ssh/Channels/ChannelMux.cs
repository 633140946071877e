using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Channels;

// What the peer said of its side in SSH_MSG_CHANNEL_OPEN or the confirmation.
internal readonly record struct PeerChannel(uint Id, uint Window, uint MaxPacket);

// The connection protocol of RFC 4254 over one signed-in connection: global requests, opens, and messages to channels.
// Messages come in on the read loop; opens of ours come from any thread.
internal sealed partial class ChannelMux : IMessageHandler
{
    private readonly ChannelTable _channels;
    private readonly PacketSender _sender;
    private readonly SshRole _role;
    private readonly Action<SshChannelOpen>? _onOpen;
    private bool _noMoreSessions;

    public ChannelMux(SshConnection connection, SshRole role, PacketSender sender, SshLimits limits, Action<SshChannelOpen>? onOpen)
    {
        Connection = connection;
        Limits = limits;
        _role = role;
        _sender = sender;
        _onOpen = onOpen;
        _channels = new ChannelTable(limits.MaxChannels);
    }

    public SshConnection Connection { get; }

    public SshLimits Limits { get; }

    public int ChannelCount => _channels.Count;

    public void OnTransportReady()
    {
    }

    public ValueTask OnMessage(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        SshReader reader = new(payload[1..]);
        switch (number)
        {
            case MessageNumber.GlobalRequest: OnGlobalRequest(ref reader); break;
            case MessageNumber.ChannelOpen: OnOpen(ref reader); break;
            case MessageNumber.ChannelOpenConfirmation: OnOpenConfirmation(ref reader); break;
            case MessageNumber.ChannelOpenFailure: OnOpenFailure(ref reader); break;
            case MessageNumber.ChannelWindowAdjust: OnWindowAdjust(ref reader); break;
            case MessageNumber.ChannelData: OnData(ref reader); break;
            case MessageNumber.ChannelExtendedData: OnExtendedData(ref reader); break;
            case MessageNumber.ChannelEof: OnEof(ref reader); break;
            case MessageNumber.ChannelClose: OnClose(ref reader); break;
            case MessageNumber.ChannelRequest: OnRequest(ref reader, payload.Length); break;
            case MessageNumber.ChannelSuccess: OnAnswer(ref reader, success: true); break;
            case MessageNumber.ChannelFailure: OnAnswer(ref reader, success: false); break;
            case MessageNumber.Ping: OnPing(ref reader); break;
            default: break; // answers to keepalives, whose coming is all that counts, and answers to nothing
        }

        return ValueTask.CompletedTask;
    }

    // keepalive@openssh.com: any answer, also a failure, proves that the peer lives.
    public void SendKeepAlive()
    {
        SshWriter writer = new(stackalloc byte[64]);
        writer.WriteByte((byte)MessageNumber.GlobalRequest);
        writer.WriteString("keepalive@openssh.com");
        writer.WriteBoolean(true);
        _sender.Send(writer.Written);
        writer.Dispose();
    }

    // The connection is over: every channel hears of it once.
    public void CloseAll()
    {
        foreach (SshChannel channel in _channels.CloseAll())
        {
            FailOpen(channel, ChannelOpenFailureReason.ConnectFailed, "The connection ended.");
            channel.OnClosed(connectionLost: true);
        }
    }

    // RFC 4254 §4: byte SSH_MSG_GLOBAL_REQUEST; string request name; boolean want reply; …
    // An unknown request is answered with failure if it wants an answer, and with silence otherwise. Forwarding is not offered.
    private void OnGlobalRequest(ref SshReader reader)
    {
        string name = reader.ReadName();
        bool wantReply = reader.ReadBoolean();
        if (name == "no-more-sessions@openssh.com" && _role == SshRole.Server)
        {
            _noMoreSessions = true;
        }

        if (wantReply)
        {
            _sender.Send([(byte)MessageNumber.RequestFailure]);
        }
    }

    // OpenSSH PROTOCOL §1.8: PONG carries the data of PING.
    private void OnPing(ref SshReader reader)
    {
        ReadOnlySpan<byte> data = reader.ReadString();
        reader.ReadEnd();
        SshWriter writer = new(stackalloc byte[256]);
        writer.WriteByte((byte)MessageNumber.Pong);
        writer.WriteString(data);
        _sender.Send(writer.Written);
        writer.Dispose();
    }

    private void OnWindowAdjust(ref SshReader reader)
    {
        uint id = reader.ReadUInt32();
        uint bytes = reader.ReadUInt32();
        reader.ReadEnd();

        // An adjust may cross our CLOSE on the wire; OpenSSH ignores it for a channel that is gone, and so do we.
        if (_channels.Find(id) is { IsOpen: true } channel)
        {
            channel.AddRemoteWindow(bytes);
            _sender.Drain();
        }
    }

    private void OnData(ref SshReader reader)
    {
        SshChannel channel = OpenChannel(reader.ReadUInt32());
        ReadOnlySpan<byte> data = reader.ReadString();
        reader.ReadEnd();
        channel.OnData(data, isStderr: false);
    }

    private void OnExtendedData(ref SshReader reader)
    {
        SshChannel channel = OpenChannel(reader.ReadUInt32());
        uint code = reader.ReadUInt32();
        ReadOnlySpan<byte> data = reader.ReadString();
        reader.ReadEnd();
        if (code == 1)
        {
            channel.OnData(data, isStderr: true);
            return;
        }

        channel.OnDiscardedData(data.Length);
    }

    private void OnEof(ref SshReader reader)
    {
        SshChannel channel = OpenChannel(reader.ReadUInt32());
        reader.ReadEnd();
        channel.OnEof();
    }

    private void OnClose(ref SshReader reader)
    {
        SshChannel channel = OpenChannel(reader.ReadUInt32());
        reader.ReadEnd();
        _channels.Remove(channel);
        channel.OnClosed(connectionLost: false);
    }

    // RFC 4254 §5.4: byte SSH_MSG_CHANNEL_REQUEST; uint32 recipient channel; string request type; boolean want reply; …
    private void OnRequest(ref SshReader reader, int length)
    {
        SshChannel channel = OpenChannel(reader.ReadUInt32());
        string type = reader.ReadName();
        bool wantReply = reader.ReadBoolean();
        channel.OnRequest(type, wantReply, ref reader, length);
    }

    private void OnAnswer(ref SshReader reader, bool success)
    {
        SshChannel channel = OpenChannel(reader.ReadUInt32());
        reader.ReadEnd();
        channel.OnAnswer(success);
    }

    private SshChannel OpenChannel(uint id)
    {
        // A channel that we closed stays here until the peer's CLOSE, so late messages find it; anything else is a violation.
        if (_channels.Find(id) is { Handler: not null } channel)
        {
            return channel;
        }

        SshProtocolException.Throw("A message names a channel that is not open.");
        return null!;
    }
}
