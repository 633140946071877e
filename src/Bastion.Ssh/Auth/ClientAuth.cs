using Bastion.Ssh.Keys;
using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Auth;

// The client's side of sign-in (RFC 4252): asks for the service, then offers each identity with its signature, without a query first.
internal sealed class ClientAuth : IMessageHandler
{
    private const string AuthService = "ssh-userauth";
    private const string ConnectionService = "ssh-connection";

    private readonly SshTransport _transport;
    private readonly SshClientOptions _options;
    private readonly Action _onSignedIn;
    private int _next;
    private bool _outstanding;

    public ClientAuth(SshTransport transport, SshClientOptions options, Action onSignedIn)
    {
        _transport = transport;
        _options = options;
        _onSignedIn = onSignedIn;
    }

    public void OnTransportReady()
    {
        using SshWriter writer = new(stackalloc byte[32]);
        writer.WriteByte((byte)MessageNumber.ServiceRequest);
        writer.WriteString(AuthService);
        _transport.Sender.Send(writer.Written);
    }

    public ValueTask OnMessage(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        SshReader reader = new(payload[1..]);
        switch (number)
        {
            case MessageNumber.ServiceAccept:
                reader.ReadString();
                reader.ReadEnd();
                _transport.EnterAuth();
                OfferNext("none of the methods was tried");
                break;
            case MessageNumber.UserAuthBanner:
                break; // a text for people, and none reads here
            case MessageNumber.UserAuthFailure:
                OnFailure(ref reader);
                break;
            case MessageNumber.UserAuthSuccess:
                OnSuccess(ref reader);
                break;
            default:
                SshProtocolException.Throw("The server asks something that sign-in with a key does not need.");
                break;
        }

        return ValueTask.CompletedTask;
    }

    // byte SSH_MSG_USERAUTH_FAILURE; name-list methods that can continue; boolean partial success
    private void OnFailure(ref SshReader reader)
    {
        string methods = string.Join(", ", reader.ReadNameList());
        reader.ReadBoolean();
        reader.ReadEnd();
        TakeAnswer();
        OfferNext(methods);
    }

    private void OnSuccess(ref SshReader reader)
    {
        reader.ReadEnd();
        TakeAnswer();
        _onSignedIn();
    }

    // A server that answers what was not asked could skip the sign-in (libssh CVE-2018-10933, the other way round).
    private void TakeAnswer()
    {
        if (!_outstanding)
        {
            SshProtocolException.Throw("The server answered a sign-in request that was not sent.");
        }

        _outstanding = false;
    }

    private void OfferNext(string methods)
    {
        if (_next == _options.Identities.Count)
        {
            _transport.Stop(
                new SshConnectionEnd(ConnectionEndReason.SignInFailed, $"The server refused all keys; it would accept: {methods}."),
                DisconnectReason.NoMoreAuthMethodsAvailable);
            return;
        }

        SshClientIdentity identity = _options.Identities[_next++];
        string algorithm = ChooseAlgorithm(identity.Key.PublicKey);
        using SshWriter writer = new(stackalloc byte[2048]);
        writer.WriteString(_transport.SessionId);
        int start = writer.Length;
        writer.WriteByte((byte)MessageNumber.UserAuthRequest);
        writer.WriteString(_options.UserName);
        writer.WriteString(ConnectionService);
        writer.WriteString("publickey");
        writer.WriteBoolean(true);
        writer.WriteString(identity.Certificate is null ? algorithm : CertificateAlgorithm.FromSignatureAlgorithm(algorithm));
        writer.WriteString(identity.Certificate is null ? identity.Key.PublicKey.Blob.Span : identity.Certificate.Blob.Span);
        writer.WriteString(identity.Key.Sign(algorithm, writer.Written));
        _outstanding = true;
        _transport.Sender.Send(writer.Written[start..]);
    }

    // RFC 8332 §3.2: the first of the key's algorithms that the server says it takes, or the first where it said nothing.
    private string ChooseAlgorithm(PublicKey key)
    {
        IReadOnlyList<string> accepted = _transport.PeerExtensions.ServerSigAlgs;
        return key.SignatureAlgorithms.FirstOrDefault(accepted.Contains) ?? key.SignatureAlgorithms[0];
    }
}
