using System.Reflection;
using System.Runtime.InteropServices;
using Bastion.Ssh.Crypto;
using Bastion.Ssh.Transport;

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

    // The same for every cipher inside an encryptor or decryptor, which keep theirs private.
    public static void ResetAll(object owner)
    {
        int found = 0;
        foreach (FieldInfo field in owner.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
        {
            if (field.GetValue(owner) is CipherContext context)
            {
                Reset(context);
                found++;
            }
            else if (field.GetValue(owner) is (ChaChaPoly or CtrHmac) and { } inner)
            {
                ResetAll(inner);
                found++;
            }
        }

        if (found == 0)
        {
            throw new InvalidOperationException($"{owner.GetType().Name} has no context.");
        }
    }

    [DllImport(LibCrypto.Library)]
    private static extern int EVP_CIPHER_CTX_reset(nint context);
}
