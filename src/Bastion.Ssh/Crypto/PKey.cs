using System.Runtime.InteropServices;

namespace Bastion.Ssh.Crypto;

// An EVP_PKEY made from raw bytes. libcrypto zeroes a private key when it is freed.
internal sealed unsafe class PKey : SafeHandle
{
    private PKey(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    public static PKey FromRawPrivateKey(int type, ReadOnlySpan<byte> key)
    {
        fixed (byte* pointer = key)
        {
            return new PKey(LibCrypto.CheckHandle(LibCrypto.EVP_PKEY_new_raw_private_key(type, 0, pointer, (nuint)key.Length)));
        }
    }

    public static PKey FromRawPublicKey(int type, ReadOnlySpan<byte> key)
    {
        fixed (byte* pointer = key)
        {
            return new PKey(LibCrypto.CheckHandle(LibCrypto.EVP_PKEY_new_raw_public_key(type, 0, pointer, (nuint)key.Length)));
        }
    }

    // The destination has exactly the key's size.
    public void GetRawPublicKey(Span<byte> destination)
    {
        nuint length = (nuint)destination.Length;
        fixed (byte* pointer = destination)
        {
            LibCrypto.Check(LibCrypto.EVP_PKEY_get_raw_public_key(this, pointer, &length));
        }

        LibCrypto.Check(length == (nuint)destination.Length ? 1 : 0);
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_PKEY_free(handle);
        return true;
    }
}
