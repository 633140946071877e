using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Bastion.Ssh.Crypto;

// The system's OpenSSL, for what the BCL does not offer: X25519, Ed25519, AES-CTR, the ChaCha20 of OpenSSH, and ciphers whose
// context lives as long as a key. Every call that can fail is checked for exactly 1: 0 and negative values are both failures
// (libssh CVE-2025-5372, CVE-2025-5987). A failure is a CryptographicException and ends the connection.
internal static unsafe partial class LibCrypto
{
    // The name is a key for Resolve, not a promise: every import in this assembly uses it.
    public const string Library = "libcrypto.so.3";

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

    // Before any import of this assembly is bound, whichever class has it.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The resolver must stand before the first import of any class.")]
    internal static void Initialize() => NativeLibrary.SetDllImportResolver(typeof(LibCrypto).Assembly, Resolve);

    // The same library that the BCL has loaded, so that one OpenSSL configuration and one FIPS provider hold for all.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Library)
        {
            return 0;
        }

        string? version = Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE");
        if (string.IsNullOrEmpty(version) || !NativeLibrary.TryLoad($"libcrypto.so.{version}", out nint library))
        {
            library = NativeLibrary.Load(Library);
        }

        // Came with 3.0, like the other calls that end in _fetch or _ex2.
        if (!NativeLibrary.TryGetExport(library, nameof(EVP_CIPHER_fetch), out _))
        {
            throw new PlatformNotSupportedException(
                "OpenSSL 3.0 or newer is needed: install libssl3, or correct CLR_OPENSSL_VERSION_OVERRIDE.");
        }

        return library;
    }

    [LibraryImport(Library)]
    private static partial nuint ERR_peek_last_error();

    [LibraryImport(Library)]
    private static partial void ERR_clear_error();
}
