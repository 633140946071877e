using Bastion.Ssh.Keys;
using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.KeyExchange;

// The client's half: sends its value, then checks the server's signature and asks the application about the host key.
internal sealed class ClientKexSide : IKexSide
{
    // A host certificate with 256 principals of a DNS name each is below this; the packet limit before sign-in is lower still.
    private const int MaxField = 64 * 1024;

    private readonly SshClientOptions _options;
    private PublicKey? _accepted;

    public ClientKexSide(SshClientOptions options) => _options = options;

    public SshRole Role => SshRole.Client;

    public IReadOnlyList<string> HostKeyAlgorithms => _options.Algorithms.HostKeys;

    // byte SSH_MSG_KEX_ECDH_INIT; string Q_C
    public byte[] Begin(KexExchange exchange)
    {
        exchange.ClientInit = exchange.Method.CreateClientInit();
        using SshWriter writer = new(stackalloc byte[256]);
        writer.WriteByte((byte)MessageNumber.KexExchangeInit);
        writer.WriteString(exchange.ClientInit);
        return writer.ToArray();
    }

    public async ValueTask<byte[]?> CompleteAsync(KexExchange exchange, byte[] message, CancellationToken cancellationToken)
    {
        SshHostKeyOffer offer = CheckSignature(exchange, message);

        // The same key again, in a rekey, was accepted already; another one has to be accepted like the first.
        if (_accepted is null || !_accepted.Equals(offer.Key))
        {
            if (!await _options.VerifyHostKey(offer, cancellationToken))
            {
                SshProtocolException.Throw(DisconnectReason.HostKeyNotVerifiable, "The server's host key was not accepted.");
            }

            _accepted = offer.Key;
        }

        return null;
    }

    // byte SSH_MSG_KEX_ECDH_REPLY; string K_S; string Q_S; string signature of H
    private static SshHostKeyOffer CheckSignature(KexExchange exchange, byte[] message)
    {
        SshReader reader = new(message.AsSpan(1));
        ReadOnlySpan<byte> blob = reader.ReadString(MaxField);
        ReadOnlySpan<byte> serverReply = reader.ReadString(MaxField);
        ReadOnlySpan<byte> signature = reader.ReadString(MaxField);
        reader.ReadEnd();

        SshHostKeyOffer offer = ParseHostKey(exchange.Choice.HostKey, blob);
        byte[] sharedSecret = exchange.Method.Finish(serverReply);
        byte[] hash = exchange.Finish(blob, exchange.ClientInit, serverReply, sharedSecret);
        if (!offer.Key.Verify(CertificateAlgorithm.ToSignatureAlgorithm(exchange.Choice.HostKey), hash, signature))
        {
            SshProtocolException.Throw(DisconnectReason.KeyExchangeFailed, "The server's signature of the key exchange is wrong.");
        }

        return offer;
    }

    // The blob must be of the negotiated kind: a plain key where a certificate was agreed on is another identity.
    private static SshHostKeyOffer ParseHostKey(string algorithm, ReadOnlySpan<byte> blob)
    {
        string? error;
        if (CertificateAlgorithm.IsCertificate(algorithm))
        {
            if (SshCertificate.TryParse(blob, out SshCertificate? certificate, out error))
            {
                return Expect(algorithm, new SshHostKeyOffer(certificate.Key, certificate));
            }
        }
        else if (PublicKey.TryParse(blob, out PublicKey? key, out error))
        {
            return Expect(algorithm, new SshHostKeyOffer(key, null));
        }

        SshProtocolException.Throw(DisconnectReason.KeyExchangeFailed, $"The server's host key cannot be read: {error}");
        return null;
    }

    private static SshHostKeyOffer Expect(string algorithm, SshHostKeyOffer offer)
    {
        if (!offer.Key.SignatureAlgorithms.Contains(CertificateAlgorithm.ToSignatureAlgorithm(algorithm)))
        {
            SshProtocolException.Throw(DisconnectReason.KeyExchangeFailed, "The server's host key is not of the negotiated type.");
        }

        return offer;
    }
}
