using System.Security.Cryptography;
using Bastion.Ssh.Crypto;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Keys;

internal sealed class Ed25519SigningKey : SigningKey
{
    private readonly PKey _key;

    private Ed25519SigningKey(PKey key) => _key = key;

    public override SshKeyKind Kind => SshKeyKind.Ed25519;

    public static Ed25519SigningKey Generate()
    {
        Span<byte> seed = stackalloc byte[Ed25519.SeedLength];
        RandomNumberGenerator.Fill(seed);
        try
        {
            return FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    public static Ed25519SigningKey FromSeed(ReadOnlySpan<byte> seed) => new(Ed25519.FromSeed(seed));

    public override void WritePublicFields(ref SshWriter writer)
    {
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeyLength];
        _key.GetRawPublicKey(publicKey);
        writer.WriteString(publicKey);
    }

    // string public key, string seed ‖ public key
    public override void WritePrivateFields(ref SshWriter writer)
    {
        Span<byte> pair = stackalloc byte[Ed25519.SeedLength + Ed25519.PublicKeyLength];
        try
        {
            Ed25519.GetSeed(_key, pair[..Ed25519.SeedLength]);
            _key.GetRawPublicKey(pair[Ed25519.SeedLength..]);
            writer.WriteString(pair[Ed25519.SeedLength..]);
            writer.WriteString(pair);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pair);
        }
    }

    public override void Sign(string algorithm, ReadOnlySpan<byte> data, ref SshWriter signature)
    {
        Span<byte> bytes = stackalloc byte[Ed25519.SignatureLength];
        Ed25519.Sign(_key, data, bytes);
        signature.WriteString(bytes);
    }

    public override void Dispose() => _key.Dispose();
}
