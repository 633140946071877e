using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Security;

namespace Bastion.Ssh.Crypto;

// A key encapsulation mechanism whose secret has 32 bytes. The algorithms are stateless and may be shared.
internal abstract class Kem
{
    public const int SecretSize = 32;

    public abstract int PublicKeySize { get; }

    public abstract int CiphertextSize { get; }

    public abstract KemKeyPair Generate();

    // All spans have exactly their size. False if the peer's public key is not valid.
    public abstract bool TryEncapsulate(ReadOnlySpan<byte> publicKey, Span<byte> ciphertext, Span<byte> secret);

    // BouncyCastle on the generator of the system, never on its own seeding.
    protected static SecureRandom CreateSystemRandom() => new(new CryptoApiRandomGenerator());
}

// One ephemeral key pair. Disposing it frees the private key; where BouncyCastle holds it, the collector does that later.
internal abstract class KemKeyPair : IDisposable
{
    public abstract void GetPublicKey(Span<byte> publicKey);

    // A ciphertext that does not belong to the key gives another secret, not an error (implicit rejection).
    public abstract void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret);

    public abstract void Dispose();
}
