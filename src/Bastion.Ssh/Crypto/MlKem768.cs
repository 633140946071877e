using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;

namespace Bastion.Ssh.Crypto;

// ML-KEM-768 of FIPS 203: by the BCL where the system's OpenSSL has it (3.5), else by BouncyCastle.
internal sealed class MlKem768 : Kem
{
    public static readonly MlKem768 Instance = new();

    // FIPS 203 §7.1: d ‖ z.
    private const int SeedSize = 64;

    // FIPS 203 §4.2.1 and §8, table 3: k = 3 polynomials of 256 coefficients in 12 bits, and a seed of 32 bytes.
    private const int Modulus = 3329;
    private const int CoefficientsSize = 3 * 384;

    private MlKem768()
    {
    }

    public override int PublicKeySize => 1184;

    public override int CiphertextSize => 1088;

    public override KemKeyPair Generate()
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        try
        {
            RandomNumberGenerator.Fill(seed);
            return FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    public static KemKeyPair FromSeed(ReadOnlySpan<byte> seed) =>
        MLKem.IsSupported ? new SystemKeyPair(seed) : new BouncyCastleKeyPair(seed);

    public override bool TryEncapsulate(ReadOnlySpan<byte> publicKey, Span<byte> ciphertext, Span<byte> secret)
    {
        if (!IsModulusRespected(publicKey))
        {
            return false;
        }

        if (MLKem.IsSupported)
        {
            using MLKem key = MLKem.ImportEncapsulationKey(MLKemAlgorithm.MLKem768, publicKey);
            key.Encapsulate(ciphertext, secret);
            return true;
        }

        MLKemEncapsulator encapsulator = new(MLKemParameters.ml_kem_768);
        MLKemPublicKeyParameters parameters = MLKemPublicKeyParameters.FromEncoding(MLKemParameters.ml_kem_768, publicKey.ToArray());
        encapsulator.Init(new ParametersWithRandom(parameters, CreateSystemRandom()));
        encapsulator.Encapsulate(ciphertext, secret);
        return true;
    }

    // FIPS 203 §7.2, the check of an encapsulation key before use. Here, and not left to the libraries, because a refusal is the
    // peer's fault and any exception of theirs would be ours.
    private static bool IsModulusRespected(ReadOnlySpan<byte> publicKey)
    {
        for (int i = 0; i < CoefficientsSize; i += 3)
        {
            int first = publicKey[i] | ((publicKey[i + 1] & 0x0f) << 8);
            int second = (publicKey[i + 1] >> 4) | (publicKey[i + 2] << 4);
            if (first >= Modulus || second >= Modulus)
            {
                return false;
            }
        }

        return true;
    }

    private sealed class SystemKeyPair : KemKeyPair
    {
        private readonly MLKem _key;

        public SystemKeyPair(ReadOnlySpan<byte> seed) => _key = MLKem.ImportPrivateSeed(MLKemAlgorithm.MLKem768, seed);

        public override void GetPublicKey(Span<byte> publicKey) => _key.ExportEncapsulationKey(publicKey);

        public override void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret) => _key.Decapsulate(ciphertext, secret);

        public override void Dispose() => _key.Dispose();
    }

    private sealed class BouncyCastleKeyPair : KemKeyPair
    {
        private readonly MLKemPrivateKeyParameters _key;

        public BouncyCastleKeyPair(ReadOnlySpan<byte> seed)
        {
            byte[] copy = seed.ToArray();
            _key = MLKemPrivateKeyParameters.FromSeed(MLKemParameters.ml_kem_768, copy);
            CryptographicOperations.ZeroMemory(copy);
        }

        public override void GetPublicKey(Span<byte> publicKey) => _key.GetPublicKeyEncoded().CopyTo(publicKey);

        public override void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret)
        {
            MLKemDecapsulator decapsulator = new(MLKemParameters.ml_kem_768);
            decapsulator.Init(_key);
            decapsulator.Decapsulate(ciphertext, secret);
        }

        public override void Dispose()
        {
        }
    }
}
