using System.Security.Cryptography;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Keys;

// ECDsa makes no promise about threads, but on Linux it is one immutable EVP_PKEY, and each call has a context of its own.
internal sealed class EcdsaSigningKey : SigningKey
{
    private readonly NistCurve _curve;
    private readonly ECDsa _key;

    private EcdsaSigningKey(SshKeyKind kind, ECDsa key)
    {
        Kind = kind;
        _curve = NistCurve.Of(kind)!;
        _key = key;
    }

    public override SshKeyKind Kind { get; }

    public static EcdsaSigningKey Generate(SshKeyKind kind) => new(kind, ECDsa.Create(NistCurve.Of(kind)!.Curve));

    // Takes over the key; it is disposed also when its curve is none of ours.
    public static EcdsaSigningKey FromKey(ECDsa key)
    {
        ECCurve curve = key.ExportParameters(includePrivateParameters: false).Curve;
        SshKeyKind? kind = !curve.IsNamed ? null : curve.Oid.Value switch
        {
            "1.2.840.10045.3.1.7" => SshKeyKind.EcdsaP256, // RFC 5656 §10.1
            "1.3.132.0.34" => SshKeyKind.EcdsaP384,
            "1.3.132.0.35" => SshKeyKind.EcdsaP521,
            _ => null,
        };
        if (kind is null)
        {
            key.Dispose();
            throw new SshFormatException("The ECDSA key is on a curve that SSH does not use. Make a key with: ssh-keygen -t ed25519");
        }

        return new EcdsaSigningKey(kind.Value, key);
    }

    public override void WritePublicFields(ref SshWriter writer)
    {
        writer.WriteString(_curve.NameBytes);
        writer.WriteString(NistCurve.EncodePoint(_key.ExportParameters(includePrivateParameters: false).Q));
    }

    // string curve, string Q, mpint d
    public override void WritePrivateFields(ref SshWriter writer)
    {
        WritePublicFields(ref writer);
        byte[] secret = _key.ExportParameters(includePrivateParameters: true).D!;
        try
        {
            writer.WritePositiveMpint(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public override void Sign(string algorithm, ReadOnlySpan<byte> data, ref SshWriter signature)
    {
        Span<byte> pair = stackalloc byte[2 * NistCurve.P521.FieldLength];
        pair = pair[..(2 * _curve.FieldLength)];
        _key.SignData(data, pair, _curve.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

        using SshWriter inner = new(stackalloc byte[2 * (5 + NistCurve.P521.FieldLength)]);
        inner.WritePositiveMpint(pair[.._curve.FieldLength]);
        inner.WritePositiveMpint(pair[_curve.FieldLength..]);
        signature.WriteString(inner.Written);
    }

    public override void Dispose() => _key.Dispose();
}
