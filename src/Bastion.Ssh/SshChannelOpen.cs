using Bastion.Ssh.Channels;

namespace Bastion.Ssh;

/// <summary>Where a <c>direct-tcpip</c> channel is to lead (RFC 4254 §7.2). Both texts are the client's claims.</summary>
/// <param name="Host">Host name or address to connect to.</param>
/// <param name="Port">Port to connect to, 0–65535.</param>
/// <param name="OriginHost">Address that the client says the connection comes from.</param>
/// <param name="OriginPort">Its port.</param>
public sealed record DirectTcpIp(string Host, int Port, string OriginHost, int OriginPort);

/// <summary>A channel that the peer wants to open. Answer it exactly once, now or later; it counts against the limit of channels meanwhile.</summary>
public sealed class SshChannelOpen
{
    private readonly ChannelMux _mux;
    private readonly SshChannel _channel;
    private readonly PeerChannel _peer;
    private int _answered;

    internal SshChannelOpen(ChannelMux mux, SshChannel channel, PeerChannel peer, DirectTcpIp? directTcpIp)
    {
        _mux = mux;
        _channel = channel;
        _peer = peer;
        DirectTcpIp = directTcpIp;
    }

    /// <summary><c>session</c> or <c>direct-tcpip</c>; the engine refuses all other types.</summary>
    public string Type => _channel.Type;

    /// <summary>The destination, for <c>direct-tcpip</c>.</summary>
    public DirectTcpIp? DirectTcpIp { get; }

    /// <summary>Opens the channel.</summary>
    /// <param name="handler">Gets everything that the peer sends on it.</param>
    /// <returns>The open channel; if the connection ended meanwhile, one that sends nothing and whose handler is told so.</returns>
    public SshChannel Accept(IChannelHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (Interlocked.Exchange(ref _answered, 1) != 0)
        {
            throw new InvalidOperationException("The channel open was answered already.");
        }

        _mux.Confirm(_channel, _peer, handler);
        return _channel;
    }

    /// <summary>Refuses the channel. Does nothing if it was answered already.</summary>
    /// <param name="reason">The code for the peer.</param>
    /// <param name="message">A text for the user: what was refused, why, and what to do.</param>
    public void Refuse(ChannelOpenFailureReason reason, string message)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _mux.Refuse(_channel, _peer, reason, message);
        }
    }
}
