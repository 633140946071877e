using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Pqc.Crypto.NtruPrime;

namespace Bastion.Ssh.Crypto;

// Streamlined NTRU Prime 4591^761 by BouncyCastle: neither the BCL nor OpenSSL has it. Tens of milliseconds per operation, for
// peers that have nothing newer against quantum computers (OpenSSH 8.5 to 9.8, PuTTY 0.78).
internal sealed class Sntrup761 : Kem
{
    public static readonly Sntrup761 Instance = new();

    private Sntrup761()
    {
    }

    public override int PublicKeySize => 1158;

    public override int CiphertextSize => 1039;

    public override KemKeyPair Generate()
    {
        SNtruPrimeKeyPairGenerator generator = new();
        generator.Init(new SNtruPrimeKeyGenerationParameters(CreateSystemRandom(), SNtruPrimeParameters.sntrup761));
        return new KeyPair(generator.GenerateKeyPair());
    }

    // Every string of the right length decodes to a key.
    public override bool TryEncapsulate(ReadOnlySpan<byte> publicKey, Span<byte> ciphertext, Span<byte> secret)
    {
        SNtruPrimeKemGenerator generator = new(CreateSystemRandom());
        using ISecretWithEncapsulation encapsulated = generator.GenerateEncapsulated(
            new SNtruPrimePublicKeyParameters(SNtruPrimeParameters.sntrup761, publicKey.ToArray()));
        encapsulated.GetEncapsulation().CopyTo(ciphertext);
        Take(encapsulated.GetSecret(), secret);
        return true;
    }

    private static void Take(byte[] value, Span<byte> secret)
    {
        value.CopyTo(secret);
        CryptographicOperations.ZeroMemory(value);
    }

    private sealed class KeyPair : KemKeyPair
    {
        private readonly AsymmetricCipherKeyPair _pair;

        public KeyPair(AsymmetricCipherKeyPair pair) => _pair = pair;

        public override void GetPublicKey(Span<byte> publicKey) =>
            ((SNtruPrimePublicKeyParameters)_pair.Public).GetEncoded().CopyTo(publicKey);

        public override void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret)
        {
            SNtruPrimeKemExtractor extractor = new((SNtruPrimePrivateKeyParameters)_pair.Private);
            Take(extractor.ExtractSecret(ciphertext.ToArray()), secret);
        }

        public override void Dispose()
        {
        }
    }
}
