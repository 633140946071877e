using System.Diagnostics.CodeAnalysis;

namespace Bastion.Ssh.Keys;

// The algorithm-specific half of a public key. Immutable and thread-safe. The native key is made at the first signature, because
// most keys that are parsed (an offered key, an enrolled one) never verify anything. When two threads race to make it, the finalizer
// frees the loser's.
internal abstract class VerificationKey
{
    // `proof` is what follows the algorithm name in the signature blob, to its end. `required` concerns security keys alone.
    // False for anything but a good signature; never throws for bad bytes.
    public abstract bool Verify(string algorithm, ReadOnlySpan<byte> data, BlobReader proof, SecurityKeyFlags required);

    // Reads the fields that follow the type name, in a plain key's blob and in a certificate's alike.
    public static bool TryReadFields(
        SshKeyKind kind,
        ref BlobReader reader,
        [NotNullWhen(true)] out VerificationKey? key,
        [NotNullWhen(false)] out string? error)
    {
        switch (kind)
        {
            case SshKeyKind.Ed25519:
                return Ed25519VerificationKey.TryRead(ref reader, out key, out error);
            case SshKeyKind.Rsa:
                return RsaVerificationKey.TryRead(ref reader, out key, out error);
            case SshKeyKind.EcdsaP256 or SshKeyKind.EcdsaP384 or SshKeyKind.EcdsaP521:
                return EcdsaVerificationKey.TryRead(NistCurve.Of(kind)!, ref reader, out key, out error);
            default:
                return SecurityKeyVerificationKey.TryRead(kind, ref reader, out key, out error);
        }
    }
}
