using System.Runtime.InteropServices;
using Bastion.Ssh.Crypto;

namespace Bastion.Ssh.Tests.Crypto;

// Makes libcrypto fail for real, where a test wants to see what a failed call leads to.
internal static class LibCryptoFaults
{
    // Takes cipher and key away from a context: all later calls on it return 0.
    public static void Reset(CipherContext context)
    {
        if (EVP_CIPHER_CTX_reset(context.DangerousGetHandle()) != 1)
        {
            throw new InvalidOperationException("The context could not be reset.");
        }
    }

    [DllImport(LibCrypto.Library)]
    private static extern int EVP_CIPHER_CTX_reset(nint context);
}
