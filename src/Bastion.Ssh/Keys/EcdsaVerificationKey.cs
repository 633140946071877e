using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Bastion.Ssh.Keys;

/*
    RFC 5656 §3.1, §3.1.2
    string    "ecdsa-sha2-" ‖ curve      string    "ecdsa-sha2-" ‖ curve
    string    curve                      string    (mpint r ‖ mpint s)
    string    Q (SEC 1 point)
*/
internal sealed class EcdsaVerificationKey : VerificationKey
{
    private readonly NistCurve _curve;
    private readonly byte[] _point;
    private ECDsa? _key;

    private EcdsaVerificationKey(NistCurve curve, byte[] point)
    {
        _curve = curve;
        _point = point;
    }

    public static bool TryRead(
        NistCurve curve,
        ref BlobReader reader,
        [NotNullWhen(true)] out VerificationKey? key,
        [NotNullWhen(false)] out string? error)
    {
        key = null;

        // The type name has said the curve already; a blob that names another one would pass for a key of the wrong strength.
        if (!reader.ReadString().SequenceEqual(curve.NameBytes))
        {
            error = $"An ECDSA key names another curve than its type, which needs {curve.Name}.";
            return false;
        }

        ReadOnlySpan<byte> point = reader.ReadString();
        if (!curve.IsPoint(point))
        {
            error = $"An ECDSA key is not an uncompressed point on {curve.Name}.";
            return false;
        }

        key = new EcdsaVerificationKey(curve, point.ToArray());
        error = null;
        return true;
    }

    public override bool Verify(string algorithm, ReadOnlySpan<byte> data, BlobReader proof, SecurityKeyFlags required)
    {
        BlobReader signature = new(proof.ReadString());
        // The BCL wants r and s side by side, each as long as the field: 132 bytes at most (P-521).
        Span<byte> pair = stackalloc byte[2 * NistCurve.P521.FieldLength];
        pair = pair[..(2 * _curve.FieldLength)];
        if (!TryCopyPadded(signature.ReadPositiveMpint(), pair[.._curve.FieldLength])
            || !TryCopyPadded(signature.ReadPositiveMpint(), pair[_curve.FieldLength..])
            || !signature.AtEnd
            || !proof.AtEnd)
        {
            return false;
        }

        try
        {
            return Key().VerifyData(data, pair, _curve.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false; // numbers that OpenSSL does not even try, such as an r beyond the order
        }
    }

    private static bool TryCopyPadded(ReadOnlySpan<byte> magnitude, Span<byte> field)
    {
        if (magnitude.IsEmpty || magnitude.Length > field.Length)
        {
            return false;
        }

        int padding = field.Length - magnitude.Length;
        field[..padding].Clear();
        magnitude.CopyTo(field[padding..]);
        return true;
    }

    private ECDsa Key() => _key ?? Create();

    private ECDsa Create() => LazyInitializer.EnsureInitialized(
        ref _key,
        () => ECDsa.Create(new ECParameters { Curve = _curve.Curve, Q = _curve.DecodePoint(_point) }));
}
