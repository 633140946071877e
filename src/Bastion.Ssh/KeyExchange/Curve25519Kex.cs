using System.Security.Cryptography;
using Bastion.Ssh.Crypto;

namespace Bastion.Ssh.KeyExchange;

// curve25519-sha256 and curve25519-sha256@libssh.org, which are the same (RFC 8731).
internal sealed class Curve25519Kex : KexMethod
{
    private X25519? _ephemeral;

    public override HashAlgorithmName Hash => HashAlgorithmName.SHA256;

    public override byte[] CreateClientInit()
    {
        _ephemeral = X25519.Generate();
        byte[] publicKey = new byte[X25519.KeySize];
        _ephemeral.GetPublicKey(publicKey);
        return publicKey;
    }

    public override KexResponse Respond(ReadOnlySpan<byte> clientInit)
    {
        byte[] publicKey = CreateClientInit();
        return new KexResponse(publicKey, Agree(clientInit));
    }

    public override byte[] Finish(ReadOnlySpan<byte> serverReply) => Agree(serverReply);

    public override void Dispose() => _ephemeral?.Dispose();

    // RFC 8731 §3: a wrong length or an all-zero secret aborts. §3.1: the 32 bytes are read as a big-endian number.
    private byte[] Agree(ReadOnlySpan<byte> peerPublicKey)
    {
        Span<byte> secret = stackalloc byte[X25519.KeySize];
        try
        {
            if (peerPublicKey.Length != X25519.KeySize || !_ephemeral!.TryDerive(peerPublicKey, secret))
            {
                SshProtocolException.Throw(DisconnectReason.KeyExchangeFailed, "The peer's Curve25519 key is not acceptable.");
            }

            return SharedSecretEncoding.Mpint(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
