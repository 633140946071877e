namespace Bastion.Ssh;

/// <summary>Reason codes of SSH_MSG_CHANNEL_OPEN_FAILURE (RFC 4254 §5.1).</summary>
public enum ChannelOpenFailureReason : uint
{
    /// <summary>Policy forbids the channel.</summary>
    AdministrativelyProhibited = 1,

    /// <summary>The destination could not be reached.</summary>
    ConnectFailed = 2,

    /// <summary>The channel type is not known, or not offered.</summary>
    UnknownChannelType = 3,

    /// <summary>A limit was reached.</summary>
    ResourceShortage = 4,
}

/// <summary>The peer refused to open a channel.</summary>
public sealed class SshChannelOpenException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">The reason code of the peer.</param>
    /// <param name="message">The peer's text, with control characters replaced.</param>
    public SshChannelOpenException(ChannelOpenFailureReason reason, string message)
        : base(message) => Reason = reason;

    /// <summary>The reason code of the peer.</summary>
    public ChannelOpenFailureReason Reason { get; }
}
