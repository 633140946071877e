using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Bastion.Ssh.Crypto;

// Ed25519 signatures (RFC 8032, the pure variant) by libcrypto's EVP interface. A return other than 1 is a failure: never a signature, never a "yes".
internal static unsafe partial class Ed25519
{
    public const int SeedLength = 32;
    public const int PublicKeyLength = 32;
    public const int SignatureLength = 64;

    // EVP_PKEY_ED25519, the NID of the curve (openssl/obj_mac.h).
    private const int KeyType = 1087;

    private const string Library = "libcrypto.so.3";

    public static Ed25519Handle NewPrivateKey(ReadOnlySpan<byte> seed)
    {
        fixed (byte* bytes = seed)
        {
            return RequireKey(EVP_PKEY_new_raw_private_key(KeyType, 0, bytes, (nuint)seed.Length));
        }
    }

    public static Ed25519Handle NewPublicKey(ReadOnlySpan<byte> publicKey)
    {
        fixed (byte* bytes = publicKey)
        {
            return RequireKey(EVP_PKEY_new_raw_public_key(KeyType, 0, bytes, (nuint)publicKey.Length));
        }
    }

    public static void GetPublicKey(Ed25519Handle key, Span<byte> publicKey)
    {
        nuint length = (nuint)publicKey.Length;
        fixed (byte* bytes = publicKey)
        {
            Require(EVP_PKEY_get_raw_public_key(key, bytes, &length) == 1 && length == PublicKeyLength);
        }
    }

    public static void GetSeed(Ed25519Handle key, Span<byte> seed)
    {
        nuint length = (nuint)seed.Length;
        fixed (byte* bytes = seed)
        {
            Require(EVP_PKEY_get_raw_private_key(key, bytes, &length) == 1 && length == SeedLength);
        }
    }

    public static void Sign(Ed25519Handle key, ReadOnlySpan<byte> data, Span<byte> signature)
    {
        nint context = NewDigestContext();
        try
        {
            nuint length = (nuint)signature.Length;
            fixed (byte* input = data, output = signature)
            {
                // The digest is null: Ed25519 hashes by itself and takes its message in one piece.
                Require(EVP_DigestSignInit(context, null, 0, 0, key) == 1);
                Require(EVP_DigestSign(context, output, &length, input, (nuint)data.Length) == 1);
                Require(length == SignatureLength);
            }
        }
        finally
        {
            EVP_MD_CTX_free(context);
        }
    }

    public static bool Verify(Ed25519Handle key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        nint context = NewDigestContext();
        try
        {
            fixed (byte* input = data, proof = signature)
            {
                Require(EVP_DigestVerifyInit(context, null, 0, 0, key) == 1);
                if (EVP_DigestVerify(context, proof, (nuint)signature.Length, input, (nuint)data.Length) == 1)
                {
                    return true;
                }
            }

            ERR_clear_error();
            return false;
        }
        finally
        {
            EVP_MD_CTX_free(context);
        }
    }

    [LibraryImport(Library)]
    internal static partial void EVP_PKEY_free(nint key);

    // Contexts live for one call on one thread; a finalizable handle around each would cost more than it guards.
    private static nint NewDigestContext()
    {
        nint context = EVP_MD_CTX_new();
        Require(context != 0);
        return context;
    }

    private static Ed25519Handle RequireKey(Ed25519Handle key)
    {
        Require(!key.IsInvalid);
        return key;
    }

    private static void Require(bool succeeded)
    {
        if (!succeeded)
        {
            ERR_clear_error();
            throw new CryptographicException("An Ed25519 operation of libcrypto failed.");
        }
    }

    [LibraryImport(Library)]
    private static partial Ed25519Handle EVP_PKEY_new_raw_private_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library)]
    private static partial Ed25519Handle EVP_PKEY_new_raw_public_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_get_raw_private_key(Ed25519Handle key, byte* buffer, nuint* length);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_get_raw_public_key(Ed25519Handle key, byte* buffer, nuint* length);

    [LibraryImport(Library)]
    private static partial void ERR_clear_error();

    [LibraryImport(Library)]
    private static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    private static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSignInit(nint context, nint* keyContext, nint digest, nint engine, Ed25519Handle key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSign(nint context, byte* signature, nuint* signatureLength, byte* data, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerifyInit(nint context, nint* keyContext, nint digest, nint engine, Ed25519Handle key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerify(nint context, byte* signature, nuint signatureLength, byte* data, nuint length);
}

// An EVP_PKEY that holds one half or both of an Ed25519 key pair. Immutable, so any number of threads may use it at once.
internal sealed class Ed25519Handle : SafeHandleZeroOrMinusOneIsInvalid
{
    public Ed25519Handle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle()
    {
        Ed25519.EVP_PKEY_free(handle);
        return true;
    }
}
