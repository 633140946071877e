using System.Security.Cryptography;

namespace Bastion.Ssh.Crypto;

// X25519 of RFC 7748: one ephemeral key pair, used for one agreement.
internal sealed unsafe class X25519 : IDisposable
{
    public const int KeySize = 32;

    private readonly PKey _privateKey;

    private X25519(PKey privateKey) => _privateKey = privateKey;

    public static X25519 Generate()
    {
        // RFC 7748 §5: any 32 random bytes are a private key; clamping belongs to the function.
        Span<byte> seed = stackalloc byte[KeySize];
        try
        {
            RandomNumberGenerator.Fill(seed);
            return FromPrivateKey(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    public static X25519 FromPrivateKey(ReadOnlySpan<byte> privateKey) =>
        new(PKey.FromRawPrivateKey(LibCrypto.X25519, privateKey));

    public void GetPublicKey(Span<byte> destination) => _privateKey.GetRawPublicKey(destination);

    // False if the peer's point is of small order, so that the secret would be all zero (RFC 7748 §6.1; RFC 8731 §3 demands the check).
    public bool TryDerive(ReadOnlySpan<byte> peerPublicKey, Span<byte> secret)
    {
        using PKey peer = PKey.FromRawPublicKey(LibCrypto.X25519, peerPublicKey);
        nint context = LibCrypto.CheckHandle(LibCrypto.EVP_PKEY_CTX_new(_privateKey, 0));
        try
        {
            LibCrypto.Check(LibCrypto.EVP_PKEY_derive_init(context));
            LibCrypto.Check(LibCrypto.EVP_PKEY_derive_set_peer(context, peer));
            nuint length = (nuint)secret.Length;
            int derived;
            fixed (byte* pointer = secret)
            {
                derived = LibCrypto.EVP_PKEY_derive(context, pointer, &length);
            }

            if (derived == 1 && length == KeySize && secret.ContainsAnyExcept((byte)0))
            {
                return true;
            }

            // libcrypto itself refuses an all-zero result; the queue keeps an error that belongs to the peer, not to us.
            LibCrypto.ClearErrors();
            CryptographicOperations.ZeroMemory(secret);
            return false;
        }
        finally
        {
            LibCrypto.EVP_PKEY_CTX_free(context);
        }
    }

    public void Dispose() => _privateKey.Dispose();
}
