using System.Security.Cryptography;
using System.Text;
using Bastion.Ssh.Crypto;

namespace Bastion.Ssh.Keys;

// One curve of RFC 5656 §10.1 with the hash that §6.2.1 ties to its size.
internal sealed class NistCurve
{
    public static readonly NistCurve P256 = new("nistp256", ECCurve.NamedCurves.nistP256, 32, HashAlgorithmName.SHA256, 415);
    public static readonly NistCurve P384 = new("nistp384", ECCurve.NamedCurves.nistP384, 48, HashAlgorithmName.SHA384, 715);
    public static readonly NistCurve P521 = new("nistp521", ECCurve.NamedCurves.nistP521, 66, HashAlgorithmName.SHA512, 716);

    private readonly Lazy<EcGroup> _group;

    private NistCurve(string name, ECCurve curve, int fieldLength, HashAlgorithmName hash, int openSslNid)
    {
        Name = name;
        NameBytes = Encoding.ASCII.GetBytes(name);
        Curve = curve;
        FieldLength = fieldLength;
        Hash = hash;
        _group = new Lazy<EcGroup>(() => EcGroup.FromNid(openSslNid));
    }

    public string Name { get; }

    public byte[] NameBytes { get; }

    public ECCurve Curve { get; }

    // Bytes of one coordinate.
    public int FieldLength { get; }

    public HashAlgorithmName Hash { get; }

    public static NistCurve? Of(SshKeyKind kind) => kind switch
    {
        SshKeyKind.EcdsaP256 or SshKeyKind.SkEcdsaP256 => P256,
        SshKeyKind.EcdsaP384 => P384,
        SshKeyKind.EcdsaP521 => P521,
        _ => null,
    };

    // True for an uncompressed point (0x04 ‖ x ‖ y, SEC 1 §2.3.3) that lies on the curve. The other forms are legal in SEC 1, but
    // nobody sends them (RFC 5656 §3.1 makes them optional) and they would give one key two fingerprints.
    public bool IsPoint(ReadOnlySpan<byte> encoded) =>
        encoded.Length == 1 + (2 * FieldLength) && encoded[0] == 0x04 && _group.Value.Contains(encoded);

    public ECPoint DecodePoint(ReadOnlySpan<byte> encoded) => new()
    {
        X = encoded.Slice(1, FieldLength).ToArray(),
        Y = encoded[(1 + FieldLength)..].ToArray(),
    };

    public static byte[] EncodePoint(ECPoint point) => [0x04, .. point.X!, .. point.Y!];
}
