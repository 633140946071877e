using System.Diagnostics;
using Bastion.Ssh.Crypto;

namespace Bastion.Ssh.Transport;

// What a cipher needs from the key derivation, in bytes (RFC 4253 §7.2).
internal readonly record struct PacketKeySizes(int Key, int Iv, int Mac)
{
    // No derived part is longer.
    public const int Max = 64;
}

// The ciphers of the packet layer by their names. An AEAD cipher takes no MAC: its name alone decides (OpenSSH PROTOCOL §1.6).
internal static class PacketCipherFactory
{
    public const string ChaChaPolyName = "chacha20-poly1305@openssh.com";
    public const string Aes128GcmName = "aes128-gcm@openssh.com";
    public const string Aes256GcmName = "aes256-gcm@openssh.com";

    public const string HmacSha256EtmName = "hmac-sha2-256-etm@openssh.com";
    public const string HmacSha512EtmName = "hmac-sha2-512-etm@openssh.com";
    public const string HmacSha256Name = "hmac-sha2-256";
    public const string HmacSha512Name = "hmac-sha2-512";

    public static bool IsCipher(string name) => name is ChaChaPolyName or Aes128GcmName or Aes256GcmName;

    public static bool IsAead(string cipher) => cipher is ChaChaPolyName or Aes128GcmName or Aes256GcmName;

    public static bool IsMac(string name) => name is HmacSha256EtmName or HmacSha512EtmName or HmacSha256Name or HmacSha512Name;

    public static PacketKeySizes GetKeySizes(string cipher, string? mac) => cipher switch
    {
        ChaChaPolyName => new PacketKeySizes(ChaChaPoly.KeySize, 0, 0),
        Aes128GcmName => new PacketKeySizes(16, AesGcmPackets.IvSize, 0),
        Aes256GcmName => new PacketKeySizes(32, AesGcmPackets.IvSize, 0),
        _ => throw new UnreachableException($"No cipher {cipher} with {mac}."),
    };

    public static IPacketEncryptor CreateEncryptor(
        string cipher, string? mac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey) => cipher switch
    {
        ChaChaPolyName => new ChaChaPolyEncryptor(key),
        Aes128GcmName => new AesGcmEncryptor(CipherAlgorithm.Aes128Gcm, key, iv),
        Aes256GcmName => new AesGcmEncryptor(CipherAlgorithm.Aes256Gcm, key, iv),
        _ => throw new UnreachableException($"No cipher {cipher} with {mac}."),
    };

    public static IPacketDecryptor CreateDecryptor(
        string cipher, string? mac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey) => cipher switch
    {
        ChaChaPolyName => new ChaChaPolyDecryptor(key),
        Aes128GcmName => new AesGcmDecryptor(CipherAlgorithm.Aes128Gcm, key, iv),
        Aes256GcmName => new AesGcmDecryptor(CipherAlgorithm.Aes256Gcm, key, iv),
        _ => throw new UnreachableException($"No cipher {cipher} with {mac}."),
    };
}
