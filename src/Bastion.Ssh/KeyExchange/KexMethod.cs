using System.Diagnostics;
using System.Security.Cryptography;
using Bastion.Ssh.Crypto;

namespace Bastion.Ssh.KeyExchange;

// One key exchange method for one exchange: the server calls Respond, the client CreateClientInit and then Finish.
// All methods here put their public values into messages and into the exchange hash as string (RFC 8731 §3, RFC 5656 §4).
// Not thread-safe. Disposing it destroys the ephemeral private keys.
internal abstract class KexMethod : IDisposable
{
    public const string MlKem768X25519 = "mlkem768x25519-sha256";
    public const string Sntrup761X25519 = "sntrup761x25519-sha512";
    public const string Sntrup761X25519OpenSsh = "sntrup761x25519-sha512@openssh.com";
    public const string Curve25519 = "curve25519-sha256";
    public const string Curve25519LibSsh = "curve25519-sha256@libssh.org";
    public const string EcdhNistP256 = "ecdh-sha2-nistp256";
    public const string EcdhNistP384 = "ecdh-sha2-nistp384";
    public const string EcdhNistP521 = "ecdh-sha2-nistp521";

    // The hash of the exchange hash and of the key derivation.
    public abstract HashAlgorithmName Hash { get; }

    // The names that this engine can do.
    public static bool IsMethod(string name) =>
        name is MlKem768X25519 or Sntrup761X25519 or Sntrup761X25519OpenSsh
            or Curve25519 or Curve25519LibSsh or EcdhNistP256 or EcdhNistP384 or EcdhNistP521;

    public static KexMethod Create(string name) => name switch
    {
        MlKem768X25519 => new HybridX25519Kex(MlKem768.Instance, HashAlgorithmName.SHA256),
        Sntrup761X25519 or Sntrup761X25519OpenSsh => new HybridX25519Kex(Sntrup761.Instance, HashAlgorithmName.SHA512),
        Curve25519 or Curve25519LibSsh => new Curve25519Kex(),
        EcdhNistP256 => EcdhNistKex.P256(),
        EcdhNistP384 => EcdhNistKex.P384(),
        EcdhNistP521 => EcdhNistKex.P521(),
        _ => throw new UnreachableException($"No key exchange method {name}."),
    };

    public abstract byte[] CreateClientInit();

    // Throws SshProtocolException(KeyExchangeFailed) if the client's value is not acceptable.
    public abstract KexResponse Respond(ReadOnlySpan<byte> clientInit);

    // Gives K, encoded as KexResponse.SharedSecret. Throws SshProtocolException(KeyExchangeFailed) if the server's value is not acceptable.
    public abstract byte[] Finish(ReadOnlySpan<byte> serverReply);

    public abstract void Dispose();
}

// SharedSecret is K as it goes into the exchange hash and the key derivation, mpint or string with its length field: the method
// knows which. It lies in pinned memory; whoever has it zeroes it (KexSecrets does).
internal readonly record struct KexResponse(byte[] ServerReply, byte[] SharedSecret);
