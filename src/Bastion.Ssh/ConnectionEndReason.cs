namespace Bastion.Ssh;

/// <summary>Why an SSH connection ended: one vocabulary for log, metric and audit.</summary>
public enum ConnectionEndReason
{
    /// <summary>The connection has not ended.</summary>
    None = 0,

    /// <summary>The peer sent SSH_MSG_DISCONNECT or closed the socket in an orderly state.</summary>
    ClosedByPeer,

    /// <summary>The application called <see cref="SshConnection.Disconnect"/>.</summary>
    ClosedByApplication,

    /// <summary>The socket failed, or ended in the middle of something.</summary>
    ConnectionLost,

    /// <summary>The peer did not speak SSH 2.0.</summary>
    VersionExchangeFailed,

    /// <summary>No common algorithm, or a broken key exchange.</summary>
    KeyExchangeFailed,

    /// <summary>The server's host key was refused (client role).</summary>
    HostKeyRefused,

    /// <summary>A packet failed its authentication tag.</summary>
    MacError,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolError,

    /// <summary>Too many sign-in attempts, or no method left.</summary>
    SignInFailed,

    /// <summary>The sign-in took longer than <see cref="SshLimits.LoginGrace"/>.</summary>
    LoginGraceExceeded,

    /// <summary>A key exchange took longer than <see cref="SshLimits.KeyExchangeTimeout"/>.</summary>
    KeyExchangeTimeout,

    /// <summary>The peer left <see cref="SshLimits.KeepAliveCountMax"/> keepalives unanswered.</summary>
    KeepAliveTimeout,

    /// <summary>A cryptographic operation of ours failed.</summary>
    CryptographyFailed,

    /// <summary>An error of ours; the log has it.</summary>
    InternalError,
}

/// <summary>How an SSH connection ended.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Message">One line for a log, free of raw bytes of the peer.</param>
public sealed record SshConnectionEnd(ConnectionEndReason Reason, string Message);
