namespace Bastion.Ssh;

/// <summary>
/// Every number that protects an SSH connection from its peer. One object is shared by all connections of a listener or a dialler.
/// </summary>
public sealed class SshLimits
{
    /// <summary>The limits that apply where nothing else is configured.</summary>
    public static SshLimits Default { get; } = new();

    /// <summary>Time from the first byte to a successful sign-in. Default 120 s, as sshd's LoginGraceTime.</summary>
    public TimeSpan LoginGrace { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Failed sign-in attempts before the connection ends. Default 6, as sshd's MaxAuthTries.</summary>
    public int MaxAuthTries { get; init; } = 6;

    /// <summary>All sign-in requests together, key queries included. Default 128, as golang.org/x/crypto/ssh; sshd allows 1024.</summary>
    public int MaxAuthRequests { get; init; } = 128;

    /// <summary>Longest user name in bytes. Default 512: <c>login@target</c> with a DNS name (253) on both sides.</summary>
    public int MaxUserNameLength { get; init; } = 512;

    /// <summary>Largest packet before sign-in, in bytes. Default 35,000: the size that RFC 4253 §6.1 obliges everybody to accept.</summary>
    public int MaxPacketBeforeSignIn { get; init; } = 35_000;

    /// <summary>Largest packet after sign-in, in bytes. Default 256 KiB, as OpenSSH's PACKET_MAX_SIZE.</summary>
    public int MaxPacket { get; init; } = 256 * 1024;

    /// <summary>Bytes that a peer may send on one channel before we have passed them on. Default 2 MiB, as OpenSSH (64 × 32 KiB).</summary>
    public int ChannelWindow { get; init; } = 2 * 1024 * 1024;

    /// <summary>Largest channel data message in bytes, either way. Default 32 KiB, as OpenSSH; larger ones gain under 5 %.</summary>
    public int ChannelPacket { get; init; } = 32 * 1024;

    /// <summary>Open channels on one connection. Default 64: sshd's MaxSessions (10) plus what -J and forwarding of a busy editor open.</summary>
    public int MaxChannels { get; init; } = 64;

    /// <summary>Requests on one channel that wait for the application's answer. Default 128: clients send a handful.</summary>
    public int MaxPendingRequests { get; init; } = 128;

    /// <summary>
    /// Bytes of channel requests (names, values, commands) that may wait for the application on one channel. Default 512 KiB:
    /// Linux' limit for one argument is 128 KiB (MAX_ARG_STRLEN), so a command of that size fits with room for its environment.
    /// </summary>
    public int MaxPendingRequestBytes { get; init; } = 512 * 1024;

    /// <summary>
    /// Replies that the peer provoked and that cannot leave now (key exchange running, or the peer does not read). At this number we
    /// stop reading from the peer, so TCP pushes back and nothing grows. Default 256.
    /// </summary>
    public int MaxQueuedReplies { get; init; } = 256;

    /// <summary>Same as <see cref="MaxQueuedReplies"/> in bytes. Default 64 KiB.</summary>
    public int MaxQueuedReplyBytes { get; init; } = 64 * 1024;

    /// <summary>Time from our KEXINIT to the end of that key exchange. Default 60 s; a rekey that hangs must not keep a session half alive.</summary>
    public TimeSpan KeyExchangeTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Age of keys at which a new exchange starts. Default 1 h (RFC 4253 §9).</summary>
    public TimeSpan RekeyInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes in one direction after which a new exchange starts; null (default) takes the cipher's own threshold.</summary>
    public long? RekeyBytes { get; init; }

    /// <summary>Silence after which we ask the peer for a sign of life; zero turns it off. Default 30 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Unanswered questions after which the peer counts as gone. Default 3, as sshd's ClientAliveCountMax.</summary>
    public int KeepAliveCountMax { get; init; } = 3;

    /// <summary>
    /// How long a closed connection goes on reading, so that the peer sees our DISCONNECT and not a TCP reset. Default 1 s.
    /// </summary>
    public TimeSpan DisconnectLinger { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes thrown away while lingering. Default 4 MiB: what a fast sender has in flight.</summary>
    public int DisconnectLingerBytes { get; init; } = 4 * 1024 * 1024;
}
