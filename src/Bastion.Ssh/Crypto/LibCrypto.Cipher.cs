using System.Runtime.InteropServices;

namespace Bastion.Ssh.Crypto;

// EVP_CIPHER and EVP_MAC. Only CipherContext and MacContext call these.
internal static unsafe partial class LibCrypto
{
    // evp.h: EVP_CTRL_AEAD_GET_TAG, EVP_CTRL_AEAD_SET_TAG
    public const int GetTag = 0x10;
    public const int SetTag = 0x11;

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint EVP_CIPHER_fetch(nint context, string algorithm, nint properties);

    [LibraryImport(Library)]
    internal static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Library)]
    internal static partial void EVP_CIPHER_CTX_free(nint context);

    // enc: 1 encrypts, 0 decrypts, -1 keeps what the context has.
    [LibraryImport(Library)]
    internal static partial int EVP_CipherInit_ex2(nint context, nint cipher, byte* key, byte* iv, int enc, nint parameters);

    [LibraryImport(Library)]
    internal static partial int EVP_CipherUpdate(nint context, byte* output, int* outputLength, byte* input, int inputLength);

    [LibraryImport(Library)]
    internal static partial int EVP_CipherFinal_ex(nint context, byte* output, int* outputLength);

    [LibraryImport(Library)]
    internal static partial int EVP_CIPHER_CTX_ctrl(nint context, int type, int argument, void* pointer);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint EVP_MAC_fetch(nint context, string algorithm, nint properties);

    [LibraryImport(Library)]
    internal static partial nint EVP_MAC_CTX_new(nint mac);

    [LibraryImport(Library)]
    internal static partial void EVP_MAC_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_MAC_init(nint context, byte* key, nuint keyLength, OsslParam* parameters);

    [LibraryImport(Library)]
    internal static partial int EVP_MAC_update(nint context, byte* data, nuint dataLength);

    [LibraryImport(Library)]
    internal static partial int EVP_MAC_final(nint context, byte* output, nuint* outputLength, nuint outputSize);

    // OSSL_PARAM of core.h.
    [StructLayout(LayoutKind.Sequential)]
    internal struct OsslParam
    {
        // OSSL_PARAM_UTF8_STRING
        public const uint Utf8String = 4;

        public byte* Key;
        public uint DataType;
        public void* Data;
        public nuint DataSize;
        public nuint ReturnSize;
    }
}
