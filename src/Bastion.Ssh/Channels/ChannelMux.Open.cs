using System.Collections.Concurrent;
using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Channels;

// Opening channels, both ways (RFC 4254 §5.1, §7.2).
internal sealed partial class ChannelMux
{
    // A text for people; what is longer is not read by anybody.
    private const int MaxDescription = 1024;

    // RFC 1035's longest name is 253; literal addresses are shorter.
    private const int MaxHost = 256;

    private readonly ConcurrentDictionary<uint, PendingOpen> _opening = new();

    public async ValueTask<SshChannel> OpenAsync(string type, DirectTcpIp? direct, IChannelHandler handler, CancellationToken cancellationToken)
    {
        SshChannel channel = _channels.Add(id => new SshChannel(this, _sender, id, type))
            ?? throw new SshChannelOpenException(ChannelOpenFailureReason.ResourceShortage, "The connection has no room for another channel.");
        PendingOpen pending = new(channel, handler);
        _opening[channel.Id] = pending;

        SendOpen(channel, direct);
        try
        {
            return await pending.Completion.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The peer's answer may still come: the channel is then closed as soon as it opens.
            pending.Abandoned = true;
            if (pending.Completion.Task.IsCompletedSuccessfully)
            {
                channel.Close();
            }

            throw;
        }
    }

    public void Confirm(SshChannel channel, PeerChannel peer, IChannelHandler handler)
    {
        SshWriter writer = new(stackalloc byte[32]);
        lock (_sender.Lock)
        {
            channel.Open(handler, peer.Id, peer.Window, peer.MaxPacket);

            // byte SSH_MSG_CHANNEL_OPEN_CONFIRMATION; uint32 recipient; uint32 sender; uint32 initial window; uint32 maximum packet
            writer.WriteByte((byte)MessageNumber.ChannelOpenConfirmation);
            writer.WriteUInt32(peer.Id);
            writer.WriteUInt32(channel.Id);
            writer.WriteUInt32((uint)Limits.ChannelWindow);
            writer.WriteUInt32((uint)Limits.ChannelPacket);
            _sender.SendLocked(writer.Written);
        }

        writer.Dispose();
        _sender.Flush();
        if (!ReferenceEquals(_channels.Find(channel.Id), channel))
        {
            channel.OnClosed(connectionLost: true); // the connection ended while the application decided
        }
    }

    public void Refuse(SshChannel channel, PeerChannel peer, ChannelOpenFailureReason reason, string message)
    {
        _channels.Remove(channel);
        SendOpenFailure(peer.Id, reason, message);
    }

    private void SendOpen(SshChannel channel, DirectTcpIp? direct)
    {
        SshWriter writer = new(stackalloc byte[256]);
        writer.WriteByte((byte)MessageNumber.ChannelOpen);
        writer.WriteString(channel.Type);
        writer.WriteUInt32(channel.Id);
        writer.WriteUInt32((uint)Limits.ChannelWindow);
        writer.WriteUInt32((uint)Limits.ChannelPacket);
        if (direct is not null)
        {
            writer.WriteString(direct.Host);
            writer.WriteUInt32((uint)direct.Port);
            writer.WriteString(direct.OriginHost);
            writer.WriteUInt32((uint)direct.OriginPort);
        }

        _sender.Send(writer.Written);
        writer.Dispose();
    }

    // byte SSH_MSG_CHANNEL_OPEN; string channel type; uint32 sender channel; uint32 initial window; uint32 maximum packet; …
    private void OnOpen(ref SshReader reader)
    {
        string type = reader.ReadName();
        PeerChannel peer = new(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32());
        if (peer.MaxPacket == 0)
        {
            SshProtocolException.Throw("A channel was opened with a maximum packet size of zero.");
        }

        DirectTcpIp? direct = null;
        switch (type)
        {
            case "session" when _role == SshRole.Server:
                reader.ReadEnd();
                RefuseAfterNoMoreSessions();
                break;
            case "direct-tcpip" when _role == SshRole.Server:
                direct = ReadDirectTcpIp(ref reader);
                break;
            default:
                SendOpenFailure(peer.Id, ChannelOpenFailureReason.UnknownChannelType, "This channel type is not offered here.");
                return;
        }

        SshChannel? channel = _channels.Add(id => new SshChannel(this, _sender, id, type));
        if (channel is null)
        {
            SendOpenFailure(peer.Id, ChannelOpenFailureReason.ResourceShortage, "Too many channels are open on this connection.");
            return;
        }

        _onOpen!(new SshChannelOpen(this, channel, peer, direct));
    }

    // OpenSSH PROTOCOL §2.2: a client that said so and opens a session all the same has been taken over.
    private void RefuseAfterNoMoreSessions()
    {
        if (_noMoreSessions)
        {
            SshProtocolException.Throw("A session was opened after no-more-sessions@openssh.com.");
        }
    }

    // RFC 4254 §7.2: string host; uint32 port; string originator address; uint32 originator port
    private static DirectTcpIp ReadDirectTcpIp(ref SshReader reader)
    {
        string host = reader.ReadUtf8(MaxHost);
        uint port = reader.ReadUInt32();
        string originHost = reader.ReadUtf8(MaxHost);
        uint originPort = reader.ReadUInt32();
        reader.ReadEnd();
        if (port > 65_535 || originPort > 65_535)
        {
            SshProtocolException.Throw("A port number is larger than 65535.");
        }

        return new DirectTcpIp(host, (int)port, originHost, (int)originPort);
    }

    private void OnOpenConfirmation(ref SshReader reader)
    {
        uint id = reader.ReadUInt32();
        PeerChannel peer = new(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32());
        reader.ReadEnd();
        if (peer.MaxPacket == 0 || !_opening.TryRemove(id, out PendingOpen? pending))
        {
            SshProtocolException.Throw("A channel was confirmed that we did not ask for, or with a maximum packet size of zero.");
            return;
        }

        pending.Channel.Open(pending.Handler, peer.Id, peer.Window, peer.MaxPacket);
        if (pending.Abandoned)
        {
            pending.Channel.Close();
        }

        pending.Completion.TrySetResult(pending.Channel);
    }

    // byte SSH_MSG_CHANNEL_OPEN_FAILURE; uint32 recipient; uint32 reason; string description; string language
    private void OnOpenFailure(ref SshReader reader)
    {
        uint id = reader.ReadUInt32();
        uint reason = reader.ReadUInt32();
        string message = PeerText.Read(ref reader, MaxDescription);
        reader.ReadString();
        reader.ReadEnd();
        if (_channels.Find(id) is not { } channel || !_opening.ContainsKey(id))
        {
            SshProtocolException.Throw("A channel open failed that we did not ask for.");
            return;
        }

        _channels.Remove(channel);
        FailOpen(channel, (ChannelOpenFailureReason)reason, message);
    }

    private void FailOpen(SshChannel channel, ChannelOpenFailureReason reason, string message)
    {
        if (_opening.TryRemove(channel.Id, out PendingOpen? pending))
        {
            pending.Completion.TrySetException(new SshChannelOpenException(reason, message));
        }
    }

    private void SendOpenFailure(uint peerId, ChannelOpenFailureReason reason, string message)
    {
        SshWriter writer = new(stackalloc byte[256]);
        writer.WriteByte((byte)MessageNumber.ChannelOpenFailure);
        writer.WriteUInt32(peerId);
        writer.WriteUInt32((uint)reason);
        writer.WriteString(message);
        writer.WriteString("");
        _sender.Send(writer.Written);
        writer.Dispose();
    }

    private sealed class PendingOpen(SshChannel channel, IChannelHandler handler)
    {
        public SshChannel Channel { get; } = channel;

        public IChannelHandler Handler { get; } = handler;

        public bool Abandoned { get; set; }

        public TaskCompletionSource<SshChannel> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
