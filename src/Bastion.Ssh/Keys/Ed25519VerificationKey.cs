using System.Diagnostics.CodeAnalysis;
using Bastion.Ssh.Crypto;

namespace Bastion.Ssh.Keys;

/*
    RFC 8709 §4, §6
    string    "ssh-ed25519"        string    "ssh-ed25519"
    string    key (32 bytes)       string    signature (64 bytes)
*/
internal sealed class Ed25519VerificationKey : VerificationKey
{
    private readonly byte[] _publicKey;
    private PKey? _key;

    private Ed25519VerificationKey(byte[] publicKey) => _publicKey = publicKey;

    public static bool TryRead(
        ref BlobReader reader,
        [NotNullWhen(true)] out VerificationKey? key,
        [NotNullWhen(false)] out string? error)
    {
        ReadOnlySpan<byte> publicKey = reader.ReadString();
        if (publicKey.Length != Ed25519.PublicKeyLength)
        {
            key = null;
            error = "An Ed25519 key has 32 bytes.";
            return false;
        }

        key = new Ed25519VerificationKey(publicKey.ToArray());
        error = null;
        return true;
    }

    public override bool Verify(string algorithm, ReadOnlySpan<byte> data, BlobReader proof, SecurityKeyFlags required)
    {
        ReadOnlySpan<byte> signature = proof.ReadString();
        return proof.AtEnd && signature.Length == Ed25519.SignatureLength && Ed25519.Verify(Key(), data, signature);
    }

    private PKey Key() => _key ?? Create();

    private PKey Create() => LazyInitializer.EnsureInitialized(ref _key, () => Ed25519.FromPublicKey(_publicKey));
}
