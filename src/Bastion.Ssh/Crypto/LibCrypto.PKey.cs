using System.Runtime.InteropServices;

namespace Bastion.Ssh.Crypto;

// EVP_PKEY with raw keys: X25519 here, Ed25519 with the keys.
internal static unsafe partial class LibCrypto
{
    // obj_mac.h: NID_X25519
    public const int X25519 = 1034;

    [LibraryImport(Library)]
    internal static partial nint EVP_PKEY_new_raw_private_key(int type, nint engine, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial nint EVP_PKEY_new_raw_public_key(int type, nint engine, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_get_raw_public_key(PKey key, byte* publicKey, nuint* length);

    [LibraryImport(Library)]
    internal static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    internal static partial nint EVP_PKEY_CTX_new(PKey key, nint engine);

    [LibraryImport(Library)]
    internal static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive_init(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive_set_peer(nint context, PKey peer);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive(nint context, byte* secret, nuint* length);
}
