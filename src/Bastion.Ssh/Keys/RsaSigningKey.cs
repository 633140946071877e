using System.Security.Cryptography;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Keys;

// RSA makes no promise about threads, but on Linux it is one immutable EVP_PKEY, and each call has a context of its own.
internal sealed class RsaSigningKey : SigningKey
{
    // What ssh-keygen makes by default: 128 bits of strength (NIST SP 800-57 Part 1, table 2).
    private const int GeneratedBits = 3072;

    private readonly RSA _key;

    private RsaSigningKey(RSA key) => _key = key;

    public override SshKeyKind Kind => SshKeyKind.Rsa;

    public static RsaSigningKey Generate() => new(RSA.Create(GeneratedBits));

    // Takes over the key.
    public static RsaSigningKey FromKey(RSA key) => new(key);

    public override void WritePublicFields(ref SshWriter writer)
    {
        RSAParameters parameters = _key.ExportParameters(includePrivateParameters: false);
        writer.WritePositiveMpint(parameters.Exponent);
        writer.WritePositiveMpint(parameters.Modulus);
    }

    // mpint n, e, d, iqmp, p, q
    public override void WritePrivateFields(ref SshWriter writer)
    {
        RSAParameters parameters = _key.ExportParameters(includePrivateParameters: true);
        try
        {
            writer.WritePositiveMpint(parameters.Modulus);
            writer.WritePositiveMpint(parameters.Exponent);
            writer.WritePositiveMpint(parameters.D);
            writer.WritePositiveMpint(parameters.InverseQ);
            writer.WritePositiveMpint(parameters.P);
            writer.WritePositiveMpint(parameters.Q);
        }
        finally
        {
            RsaSecrets.Zero(parameters);
        }
    }

    public override void Sign(string algorithm, ReadOnlySpan<byte> data, ref SshWriter signature)
    {
        HashAlgorithmName hash = RsaVerificationKey.HashOf(algorithm) ?? throw new ArgumentOutOfRangeException(nameof(algorithm));
        signature.WriteString(_key.SignData(data, hash, RSASignaturePadding.Pkcs1));
    }

    public override void Dispose() => _key.Dispose();
}
