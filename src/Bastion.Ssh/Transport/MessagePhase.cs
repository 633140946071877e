using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Transport;

internal enum SshRole
{
    Server,
    Client,
}

// Where the receive side stands. The send side has its own gate (PacketSender).
internal enum MessagePhase
{
    InitialKexInit,
    InitialKexExchange,
    InitialNewKeys,
    Service,
    Auth,
    Open,
    RekeyExchange,
    RekeyNewKeys,
}

internal enum MessageVerdict
{
    Disconnect,
    Accept,
    Ignore,
    Unimplemented,
}

// The phase × message matrix, default deny. It is the only place that says which message may arrive when; the tests walk the same
// table with a raw peer. RFC 4253 §7.1, §10, §11; RFC 4252 §5.1, §6; RFC 8308 §2.4; OpenSSH PROTOCOL §1.8–1.10.
internal static class MessagePhases
{
    public static MessageVerdict Judge(SshRole role, MessagePhase phase, bool strict, byte number)
    {
        MessageNumber message = (MessageNumber)number;
        return phase switch
        {
            MessagePhase.InitialKexInit => Kex(message == MessageNumber.KexInit, strict, message),
            MessagePhase.InitialKexExchange => Kex(IsExchange(role, message), strict, message),
            MessagePhase.InitialNewKeys => Kex(message == MessageNumber.NewKeys, strict, message),
            MessagePhase.RekeyExchange => Kex(IsExchange(role, message), strict: false, message),
            MessagePhase.RekeyNewKeys => Kex(message == MessageNumber.NewKeys, strict: false, message),
            MessagePhase.Service => role == SshRole.Server ? ServerService(message) : ClientService(message),
            MessagePhase.Auth => role == SshRole.Server ? ServerAuth(message) : ClientAuth(message),
            MessagePhase.Open => Open(role, message),
            _ => MessageVerdict.Disconnect,
        };
    }

    // Strict key exchange: exactly the expected message or DISCONNECT, nothing else (draft-miller-sshm-strict-kex).
    private static MessageVerdict Kex(bool expected, bool strict, MessageNumber message)
    {
        if (expected || message == MessageNumber.Disconnect)
        {
            return MessageVerdict.Accept;
        }

        return !strict && IsTransport(message) ? MessageVerdict.Accept : MessageVerdict.Disconnect;
    }

    // The number that the peer sends in an exchange of two messages: INIT comes to a server, REPLY to a client.
    private static bool IsExchange(SshRole role, MessageNumber message) =>
        message == (role == SshRole.Server ? MessageNumber.KexExchangeInit : MessageNumber.KexExchangeReply);

    private static bool IsTransport(MessageNumber message) =>
        message is MessageNumber.Disconnect or MessageNumber.Ignore or MessageNumber.Unimplemented or MessageNumber.Debug;

    private static MessageVerdict ServerService(MessageNumber message) => message switch
    {
        MessageNumber.ServiceRequest or MessageNumber.ExtInfo => MessageVerdict.Accept,
        MessageNumber.Ping => MessageVerdict.Ignore, // never answered before sign-in (CVE-2025-26466)
        _ => AcceptTransport(message),
    };

    private static MessageVerdict ClientService(MessageNumber message) => message switch
    {
        MessageNumber.ServiceAccept or MessageNumber.ExtInfo => MessageVerdict.Accept,
        _ => AcceptTransport(message),
    };

    // RFC 4252 §6: connection messages before sign-in end the connection. No rekey before sign-in either.
    private static MessageVerdict ServerAuth(MessageNumber message) => message switch
    {
        MessageNumber.UserAuthRequest or MessageNumber.UserAuthInfoResponse => MessageVerdict.Accept,
        _ => AcceptTransport(message),
    };

    private static MessageVerdict ClientAuth(MessageNumber message) => message switch
    {
        MessageNumber.UserAuthFailure or MessageNumber.UserAuthSuccess or MessageNumber.UserAuthBanner => MessageVerdict.Accept,
        MessageNumber.UserAuthMethod60 or MessageNumber.ExtInfo => MessageVerdict.Accept,
        _ => AcceptTransport(message),
    };

    private static MessageVerdict AcceptTransport(MessageNumber message) =>
        IsTransport(message) ? MessageVerdict.Accept : MessageVerdict.Disconnect;

    private static MessageVerdict Open(SshRole role, MessageNumber message) => (byte)message switch
    {
        >= 1 and <= 4 => MessageVerdict.Accept,
        20 => MessageVerdict.Accept,
        50 when role == SshRole.Server => MessageVerdict.Ignore, // RFC 4252 §5.1: silently, after success
        >= 80 and <= 82 => MessageVerdict.Accept,
        >= 90 and <= 100 => MessageVerdict.Accept,
        192 or 193 => MessageVerdict.Accept,
        0 or (>= 5 and <= 7) or (>= 21 and <= 79) => MessageVerdict.Disconnect, // known, or reserved for a phase that is over
        _ => MessageVerdict.Unimplemented, // RFC 4253 §11.4
    };
}
