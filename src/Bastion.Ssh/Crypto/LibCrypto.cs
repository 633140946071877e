using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Bastion.Ssh.Crypto;

// The system's OpenSSL, for what the BCL does not offer: X25519, Ed25519, AES-CTR, the ChaCha20 of OpenSSH, and ciphers whose
// context lives as long as a key. Every call that can fail is checked for exactly 1: 0 and negative values are both failures
// (libssh CVE-2025-5372, CVE-2025-5987). A failure is a CryptographicException and ends the connection.
internal static unsafe partial class LibCrypto
{
    public const string Library = "libcrypto";

    // EVP_CIPHER_fetch, EVP_MAC and the _ex2 calls came with 3.0.0 (OPENSSL_VERSION_NUMBER is 0xMNN00PP0).
    private const ulong MinVersion = 0x3000_0000;

    static LibCrypto()
    {
        NativeLibrary.SetDllImportResolver(typeof(LibCrypto).Assembly, Resolve);
        if (OpenSSL_version_num() < MinVersion)
        {
            throw new PlatformNotSupportedException("OpenSSL 3.0 or newer is needed: install libssl3.");
        }
    }

    public static void Check(int result)
    {
        if (result != 1)
        {
            ThrowFailure();
        }
    }

    public static nint CheckHandle(nint handle)
    {
        if (handle == 0)
        {
            ThrowFailure();
        }

        return handle;
    }

    // OpenSSL queues its errors per thread; a queue that nobody empties grows and blames later calls.
    public static void ClearErrors() => ERR_clear_error();

    [DoesNotReturn]
    private static void ThrowFailure()
    {
        // The code names the library and the reason, never data.
        ulong error = ERR_peek_last_error();
        ERR_clear_error();
        throw new CryptographicException($"A cryptographic operation failed (OpenSSL error {error:X8}).");
    }

    // The same library that the BCL has loaded, so that one OpenSSL configuration and one FIPS provider hold for all.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Library)
        {
            return 0;
        }

        string? version = Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE");
        if (!string.IsNullOrEmpty(version) && NativeLibrary.TryLoad($"libcrypto.so.{version}", out nint library))
        {
            return library;
        }

        return NativeLibrary.Load("libcrypto.so.3");
    }

    [LibraryImport(Library)]
    private static partial nuint OpenSSL_version_num();

    [LibraryImport(Library)]
    private static partial nuint ERR_peek_last_error();

    [LibraryImport(Library)]
    private static partial void ERR_clear_error();
}
