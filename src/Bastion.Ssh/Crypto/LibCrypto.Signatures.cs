using System.Runtime.InteropServices;

namespace Bastion.Ssh.Crypto;

// What Ed25519 needs beyond raw keys.
internal static unsafe partial class LibCrypto
{
    // obj_mac.h: NID_ED25519
    public const int Ed25519 = 1087;

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_get_raw_private_key(PKey key, byte* privateKey, nuint* length);

    [LibraryImport(Library)]
    internal static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    internal static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestSignInit(nint context, nint* keyContext, nint digest, nint engine, PKey key);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestSign(nint context, byte* signature, nuint* signatureLength, byte* data, nuint length);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestVerifyInit(nint context, nint* keyContext, nint digest, nint engine, PKey key);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestVerify(nint context, byte* signature, nuint signatureLength, byte* data, nuint length);
}
