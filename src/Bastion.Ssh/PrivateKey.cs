using Bastion.Ssh.Keys;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh;

/// <summary>A key pair that signs: a host key, a certificate authority, or the identity shown to a target. Thread-safe.</summary>
public sealed class PrivateKey : IDisposable
{
    private readonly SigningKey _key;

    // Takes over the key.
    internal PrivateKey(SigningKey key)
    {
        _key = key;
        SshWriter blob = new(stackalloc byte[512]);
        try
        {
            blob.WriteString(KeyType.Of(key.Kind).NameBytes);
            key.WritePublicFields(ref blob);
            PublicKey = PublicKey.Parse(blob.Written);
        }
        finally
        {
            blob.Dispose();
        }
    }

    /// <summary>The public half.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Makes a new key from the system's random numbers. RSA keys get 3072 bits.</summary>
    /// <param name="kind">Any kind but those that live in a security key.</param>
    public static PrivateKey Generate(SshKeyKind kind) => kind switch
    {
        SshKeyKind.Ed25519 => new PrivateKey(Ed25519SigningKey.Generate()),
        SshKeyKind.EcdsaP256 or SshKeyKind.EcdsaP384 or SshKeyKind.EcdsaP521 => new PrivateKey(EcdsaSigningKey.Generate(kind)),
        SshKeyKind.Rsa => new PrivateKey(RsaSigningKey.Generate()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A security key makes its keys itself."),
    };

    /// <summary>Signs and returns the signature blob: string algorithm ‖ string signature.</summary>
    /// <param name="signatureAlgorithm">One of the public key's <see cref="PublicKey.SignatureAlgorithms"/>.</param>
    /// <param name="data">What to sign.</param>
    public byte[] Sign(string signatureAlgorithm, ReadOnlySpan<byte> data)
    {
        if (Array.IndexOf(KeyType.Of(_key.Kind).SignatureAlgorithms, signatureAlgorithm) < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(signatureAlgorithm), signatureAlgorithm, "The key does not sign by this algorithm.");
        }

        SshWriter blob = new(stackalloc byte[512]);
        try
        {
            blob.WriteString(signatureAlgorithm);
            _key.Sign(signatureAlgorithm, data, ref blob);
            return blob.ToArray();
        }
        finally
        {
            blob.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>The public half's type and fingerprint, for logs.</summary>
    public override string ToString() => PublicKey.ToString();

    // The type name and the private fields, as an openssh-key-v1 file holds them.
    internal void WritePrivate(ref SshWriter writer)
    {
        writer.WriteString(KeyType.Of(_key.Kind).NameBytes);
        _key.WritePrivateFields(ref writer);
    }
}
