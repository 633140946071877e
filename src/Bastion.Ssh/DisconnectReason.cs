namespace Bastion.Ssh;

/// <summary>Reason codes of SSH_MSG_DISCONNECT (RFC 4253 §11.1, registry in RFC 4250 §4.2.2).</summary>
public enum DisconnectReason : uint
{
    /// <summary>The peer may not connect to this host.</summary>
    HostNotAllowedToConnect = 1,

    /// <summary>The peer broke the protocol: a message out of phase, a malformed or oversized packet, an overflowing window.</summary>
    ProtocolError = 2,

    /// <summary>No common algorithm, or the key exchange went wrong.</summary>
    KeyExchangeFailed = 3,

    /// <summary>Reserved by RFC 4250.</summary>
    Reserved = 4,

    /// <summary>A packet failed its authentication tag.</summary>
    MacError = 5,

    /// <summary>Decompression failed.</summary>
    CompressionError = 6,

    /// <summary>The requested service does not exist.</summary>
    ServiceNotAvailable = 7,

    /// <summary>The version exchange failed.</summary>
    ProtocolVersionNotSupported = 8,

    /// <summary>The server's host key could not be verified.</summary>
    HostKeyNotVerifiable = 9,

    /// <summary>The connection was lost without a message.</summary>
    ConnectionLost = 10,

    /// <summary>The application ended the connection in an orderly way.</summary>
    ByApplication = 11,

    /// <summary>A limit on connections or their resources was reached.</summary>
    TooManyConnections = 12,

    /// <summary>The user cancelled the sign-in.</summary>
    AuthCancelledByUser = 13,

    /// <summary>No sign-in method is left to try.</summary>
    NoMoreAuthMethodsAvailable = 14,

    /// <summary>The user name is not acceptable.</summary>
    IllegalUserName = 15,
}
