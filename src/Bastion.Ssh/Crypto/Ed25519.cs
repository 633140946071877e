namespace Bastion.Ssh.Crypto;

// Ed25519 signatures (RFC 8032, the pure variant).
internal static unsafe class Ed25519
{
    public const int SeedLength = 32;
    public const int PublicKeyLength = 32;
    public const int SignatureLength = 64;

    public static PKey FromSeed(ReadOnlySpan<byte> seed) => PKey.FromRawPrivateKey(LibCrypto.Ed25519, seed);

    public static PKey FromPublicKey(ReadOnlySpan<byte> publicKey) => PKey.FromRawPublicKey(LibCrypto.Ed25519, publicKey);

    public static void GetSeed(PKey key, Span<byte> seed)
    {
        nuint length = (nuint)seed.Length;
        fixed (byte* pointer = seed)
        {
            LibCrypto.Check(LibCrypto.EVP_PKEY_get_raw_private_key(key, pointer, &length));
        }

        LibCrypto.Check(length == SeedLength ? 1 : 0);
    }

    public static void Sign(PKey key, ReadOnlySpan<byte> data, Span<byte> signature)
    {
        nint context = LibCrypto.CheckHandle(LibCrypto.EVP_MD_CTX_new());
        try
        {
            nuint length = (nuint)signature.Length;
            fixed (byte* input = data, output = signature)
            {
                // No digest: Ed25519 hashes by itself and takes its message in one piece.
                LibCrypto.Check(LibCrypto.EVP_DigestSignInit(context, null, 0, 0, key));
                LibCrypto.Check(LibCrypto.EVP_DigestSign(context, output, &length, input, (nuint)data.Length));
            }

            LibCrypto.Check(length == SignatureLength ? 1 : 0);
        }
        finally
        {
            LibCrypto.EVP_MD_CTX_free(context);
        }
    }

    public static bool Verify(PKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        nint context = LibCrypto.CheckHandle(LibCrypto.EVP_MD_CTX_new());
        try
        {
            fixed (byte* input = data, proof = signature)
            {
                LibCrypto.Check(LibCrypto.EVP_DigestVerifyInit(context, null, 0, 0, key));
                if (LibCrypto.EVP_DigestVerify(context, proof, (nuint)signature.Length, input, (nuint)data.Length) == 1)
                {
                    return true;
                }
            }

            // 0 and negative alike: the peer's signature is bad, and its errors are not ours.
            LibCrypto.ClearErrors();
            return false;
        }
        finally
        {
            LibCrypto.EVP_MD_CTX_free(context);
        }
    }
}
