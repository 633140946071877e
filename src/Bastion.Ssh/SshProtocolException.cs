using System.Diagnostics.CodeAnalysis;

namespace Bastion.Ssh;

/// <summary>
/// The peer broke the protocol, or a limit that protects us was reached: the connection ends with <see cref="Reason"/>.
/// The message goes to the log and to the peer; it never holds raw bytes of the peer or a secret.
/// </summary>
public sealed class SshProtocolException : Exception
{
    /// <summary>Creates the exception that ends a connection.</summary>
    /// <param name="reason">The code sent in SSH_MSG_DISCONNECT.</param>
    /// <param name="message">What went wrong, without bytes of the peer.</param>
    public SshProtocolException(DisconnectReason reason, string message)
        : base(message) => Reason = reason;

    /// <summary>The code sent in SSH_MSG_DISCONNECT.</summary>
    public DisconnectReason Reason { get; }

    [DoesNotReturn]
    internal static void Throw(string message) => throw new SshProtocolException(DisconnectReason.ProtocolError, message);

    [DoesNotReturn]
    internal static void Throw(DisconnectReason reason, string message) => throw new SshProtocolException(reason, message);

    [DoesNotReturn]
    internal static void ThrowTruncated() => Throw("A field is longer than the message that holds it.");

    [DoesNotReturn]
    internal static void ThrowTrailingBytes() => Throw("Bytes are left over after the last field of a message.");
}
