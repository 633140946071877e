using System.Security.Cryptography;

namespace Bastion.Ssh.KeyExchange;

// ecdh-sha2-nistp256, -nistp384, -nistp521 (RFC 5656 §4).
internal sealed class EcdhNistKex : KexMethod
{
    // SEC 1 §2.3.3
    private const byte Uncompressed = 4;

    private readonly ECCurve _curve;
    private readonly int _coordinateSize;
    private ECDiffieHellman? _ephemeral;

    private EcdhNistKex(ECCurve curve, int coordinateSize, HashAlgorithmName hash)
    {
        _curve = curve;
        _coordinateSize = coordinateSize;
        Hash = hash;
    }

    // RFC 5656 §6.2.1: the curve's size decides the hash.
    public override HashAlgorithmName Hash { get; }

    public static EcdhNistKex P256() => new(ECCurve.NamedCurves.nistP256, 32, HashAlgorithmName.SHA256);

    public static EcdhNistKex P384() => new(ECCurve.NamedCurves.nistP384, 48, HashAlgorithmName.SHA384);

    public static EcdhNistKex P521() => new(ECCurve.NamedCurves.nistP521, 66, HashAlgorithmName.SHA512);

    public override byte[] CreateClientInit()
    {
        _ephemeral = ECDiffieHellman.Create(_curve);
        ECPoint point = _ephemeral.ExportParameters(includePrivateParameters: false).Q;
        return [Uncompressed, .. point.X!, .. point.Y!];
    }

    public override KexResponse Respond(ReadOnlySpan<byte> clientInit)
    {
        byte[] publicKey = CreateClientInit();
        return new KexResponse(publicKey, Agree(clientInit));
    }

    public override byte[] Finish(ReadOnlySpan<byte> serverReply) => Agree(serverReply);

    public override void Dispose() => _ephemeral?.Dispose();

    private byte[] Agree(ReadOnlySpan<byte> peerPoint)
    {
        byte[] secret = [];
        try
        {
            using ECDiffieHellman peer = Import(peerPoint);
            secret = _ephemeral!.DeriveRawSecretAgreement(peer.PublicKey);
            return SharedSecretEncoding.Mpint(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    // RFC 5656 §4: uncompressed points only here; the point must be on the curve, which the import checks, and is not the point at
    // infinity, whose encoding is shorter.
    private ECDiffieHellman Import(ReadOnlySpan<byte> point)
    {
        if (point.Length == 1 + (2 * _coordinateSize) && point[0] == Uncompressed)
        {
            try
            {
                return ECDiffieHellman.Create(new ECParameters
                {
                    Curve = _curve,
                    Q = new ECPoint
                    {
                        X = point.Slice(1, _coordinateSize).ToArray(),
                        Y = point[(1 + _coordinateSize)..].ToArray(),
                    },
                });
            }
            catch (CryptographicException)
            {
                // Off the curve: the same verdict as for a malformed point.
            }
        }

        throw new SshProtocolException(DisconnectReason.KeyExchangeFailed, "The peer's point on the NIST curve is not acceptable.");
    }
}
