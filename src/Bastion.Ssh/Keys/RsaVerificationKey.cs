using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Bastion.Ssh.Keys;

/*
    RFC 4253 §6.6, RFC 8332 §3
    string    "ssh-rsa"            string    "rsa-sha2-256" / "rsa-sha2-512"
    mpint     e                    string    signature (as long as the modulus)
    mpint     n
*/
internal sealed class RsaVerificationKey : VerificationKey
{
    // Below this, RSA is within reach of factoring in the life of a deployment (NIST SP 800-57 Part 1: 2048 until 2030).
    public const int MinBits = 2048;

    // OpenSSL's own limit (OPENSSL_RSA_MAX_MODULUS_BITS), and OpenSSH's: a larger modulus only serves to burn our processor.
    public const int MaxBits = 16384;

    // Verification takes a multiplication per bit of e. Real keys use 65537, old ones 3 to 37; OpenSSL allows 64 bits.
    private const int MaxExponentLength = sizeof(uint);

    private readonly byte[] _exponent;
    private readonly byte[] _modulus;
    private RSA? _key;

    private RsaVerificationKey(byte[] exponent, byte[] modulus)
    {
        _exponent = exponent;
        _modulus = modulus;
    }

    public static bool TryRead(
        ref BlobReader reader,
        [NotNullWhen(true)] out VerificationKey? key,
        [NotNullWhen(false)] out string? error)
    {
        key = null;
        ReadOnlySpan<byte> exponent = reader.ReadPositiveMpint();
        ReadOnlySpan<byte> modulus = reader.ReadPositiveMpint();
        if (exponent.IsEmpty || modulus.IsEmpty)
        {
            error = "An RSA key is cut short, or a number in it is not a positive one in its shortest form.";
            return false;
        }

        int bits = BitLength(modulus);
        if (bits is < MinBits or > MaxBits)
        {
            error = $"An RSA key has {bits} bits; {MinBits} to {MaxBits} are accepted. Make one with: ssh-keygen -t ed25519";
            return false;
        }

        if (exponent.Length > MaxExponentLength || (exponent[^1] & 1) == 0 || exponent is [1] || (modulus[^1] & 1) == 0)
        {
            error = "An RSA key needs an odd modulus and an odd public exponent from 3 to 2^32.";
            return false;
        }

        key = new RsaVerificationKey(exponent.ToArray(), modulus.ToArray());
        error = null;
        return true;
    }

    public override bool Verify(string algorithm, ReadOnlySpan<byte> data, BlobReader proof, SecurityKeyFlags required)
    {
        ReadOnlySpan<byte> signature = proof.ReadString();
        if (!proof.AtEnd || HashOf(algorithm) is not { } hash || signature.Length > _modulus.Length)
        {
            return false;
        }

        // RFC 8332 §3 wants the signature as long as the modulus, but signers that take it for a number drop leading zeros.
        Span<byte> padded = stackalloc byte[_modulus.Length];
        padded[..(padded.Length - signature.Length)].Clear();
        signature.CopyTo(padded[^signature.Length..]);
        try
        {
            return Key().VerifyData(data, padded, hash, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false; // OpenSSL finds the signature larger than the modulus, or the key unusable
        }
    }

    public static HashAlgorithmName? HashOf(string signatureAlgorithm) => signatureAlgorithm switch
    {
        "rsa-sha2-256" => HashAlgorithmName.SHA256,
        "rsa-sha2-512" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private static int BitLength(ReadOnlySpan<byte> magnitude) =>
        (8 * (magnitude.Length - 1)) + 8 - byte.LeadingZeroCount(magnitude[0]);

    private RSA Key() => _key ?? Create();

    private RSA Create() => LazyInitializer.EnsureInitialized(
        ref _key,
        () => RSA.Create(new RSAParameters { Exponent = _exponent, Modulus = _modulus }));
}
