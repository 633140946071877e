using Bastion.Ssh.Keys;
using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.KeyExchange;

// The server's half: answers the client's value and signs the exchange hash with the host key (RFC 5656 §4, RFC 8731 §3).
internal sealed class ServerKexSide : IKexSide
{
    // The largest client value of all methods is mlkem768x25519-sha256's 1216 bytes.
    private const int MaxClientInit = 4096;

    private readonly HostKeySet _hostKeys;

    public ServerKexSide(HostKeySet hostKeys) => _hostKeys = hostKeys;

    public SshRole Role => SshRole.Server;

    public IReadOnlyList<string> HostKeyAlgorithms => _hostKeys.Names;

    public byte[]? Begin(KexExchange exchange) => null;

    public ValueTask<byte[]?> CompleteAsync(KexExchange exchange, byte[] message, CancellationToken cancellationToken) =>
        new(Answer(exchange, message));

    // byte SSH_MSG_KEX_ECDH_INIT; string Q_C  →  byte SSH_MSG_KEX_ECDH_REPLY; string K_S; string Q_S; string signature of H
    private byte[] Answer(KexExchange exchange, byte[] message)
    {
        SshReader reader = new(message.AsSpan(1));
        ReadOnlySpan<byte> clientInit = reader.ReadString(MaxClientInit);
        reader.ReadEnd();

        KexResponse response = exchange.Method.Respond(clientInit);
        (HostKey hostKey, ReadOnlyMemory<byte> blob) = _hostKeys.Find(exchange.Choice.HostKey);
        byte[] hash = exchange.Finish(blob.Span, clientInit, response.ServerReply, response.SharedSecret);
        byte[] signature = hostKey.Key.Sign(CertificateAlgorithm.ToSignatureAlgorithm(exchange.Choice.HostKey), hash);

        using SshWriter writer = new(stackalloc byte[1024]);
        writer.WriteByte((byte)MessageNumber.KexExchangeReply);
        writer.WriteString(blob.Span);
        writer.WriteString(response.ServerReply);
        writer.WriteString(signature);
        return writer.ToArray();
    }
}
