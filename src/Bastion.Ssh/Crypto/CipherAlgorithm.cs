namespace Bastion.Ssh.Crypto;

// Algorithms of libcrypto, fetched once per process: a fetch takes locks and searches the providers.
internal static class CipherAlgorithm
{
    public static readonly nint Aes128Gcm = Fetch("AES-128-GCM");
    public static readonly nint Aes256Gcm = Fetch("AES-256-GCM");
    public static readonly nint Aes128Ctr = Fetch("AES-128-CTR");
    public static readonly nint Aes192Ctr = Fetch("AES-192-CTR");
    public static readonly nint Aes256Ctr = Fetch("AES-256-CTR");
    public static readonly nint ChaCha20 = Fetch("ChaCha20");

    private static nint Fetch(string name) => LibCrypto.CheckHandle(LibCrypto.EVP_CIPHER_fetch(0, name, 0));
}
