using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Auth;

// The server's side of sign-in (RFC 4252): the service request, the requests for methods, their limits. One per connection, on its read loop.
internal sealed partial class ServerAuth : IMessageHandler
{
    private const string AuthService = "ssh-userauth";
    private const string ConnectionService = "ssh-connection";
    private static readonly string[] Methods = ["publickey"];

    private readonly SshTransport _transport;
    private readonly SshServerOptions _options;
    private readonly ISshServerHandler _handler;
    private readonly Action<SshCredential> _onSignedIn;
    private string? _userName; // of the first request; it may not change
    private int _requests;
    private int _failures;

    public ServerAuth(SshTransport transport, SshServerOptions options, ISshServerHandler handler, Action<SshCredential> onSignedIn)
    {
        _transport = transport;
        _options = options;
        _handler = handler;
        _onSignedIn = onSignedIn;
    }

    // The client speaks first.
    public void OnTransportReady()
    {
    }

    public ValueTask OnMessage(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        SshReader reader = new(payload[1..]);
        switch (number)
        {
            case MessageNumber.ServiceRequest:
                OnServiceRequest(ref reader);
                return ValueTask.CompletedTask;
            case MessageNumber.UserAuthRequest:
                return OnRequest(ref reader);
            default:
                SshProtocolException.Throw("An answer came to a question that was not asked.");
                return ValueTask.CompletedTask;
        }
    }

    // byte SSH_MSG_SERVICE_REQUEST; string service name (RFC 4253 §10)
    private void OnServiceRequest(ref SshReader reader)
    {
        string service = reader.ReadName();
        reader.ReadEnd();
        if (service != AuthService)
        {
            SshProtocolException.Throw(DisconnectReason.ServiceNotAvailable, "The only service before sign-in is ssh-userauth.");
        }

        using SshWriter writer = new(stackalloc byte[32]);
        writer.WriteByte((byte)MessageNumber.ServiceAccept);
        writer.WriteString(AuthService);
        _transport.Sender.Send(writer.Written);
        _transport.EnterAuth();
    }

    // byte SSH_MSG_USERAUTH_REQUEST; string user name; string service name; string method name; … (RFC 4252 §5)
    private ValueTask OnRequest(ref SshReader reader)
    {
        string userName = reader.ReadUtf8(_options.Limits.MaxUserNameLength);
        string service = reader.ReadName();
        string method = reader.ReadName();

        // RFC 4252 §5: on a change of user or service everything proven so far would have to be thrown away; OpenSSH disconnects, and so do we.
        if (service != ConnectionService || userName != (_userName ??= userName))
        {
            SshProtocolException.Throw("The user name or the service changed during sign-in.");
        }

        if (++_requests > _options.Limits.MaxAuthRequests)
        {
            SshProtocolException.Throw(DisconnectReason.NoMoreAuthMethodsAvailable, "Too many sign-in requests.");
        }

        switch (method)
        {
            case "publickey":
                return OnPublicKey(ref reader, userName, hostBound: false);
            case "publickey-hostbound-v00@openssh.com":
                return OnPublicKey(ref reader, userName, hostBound: true);
            case "none":
                reader.ReadEnd();
                SendFailure(); // a question for the methods, not an attempt
                return ValueTask.CompletedTask;
            default:
                Fail();
                return ValueTask.CompletedTask;
        }
    }

    private void Fail()
    {
        if (++_failures >= _options.Limits.MaxAuthTries)
        {
            SshProtocolException.Throw(DisconnectReason.NoMoreAuthMethodsAvailable, "Too many failed sign-in attempts.");
        }

        SendFailure();
    }

    // byte SSH_MSG_USERAUTH_FAILURE; name-list methods that can continue; boolean partial success (RFC 4252 §5.1)
    private void SendFailure()
    {
        using SshWriter writer = new(stackalloc byte[64]);
        writer.WriteByte((byte)MessageNumber.UserAuthFailure);
        writer.WriteNameList(Methods);
        writer.WriteBoolean(false);
        _transport.Sender.Send(writer.Written);
    }
}
