using System.Diagnostics;
using System.Security.Cryptography;
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
    public const string Aes128CtrName = "aes128-ctr";
    public const string Aes192CtrName = "aes192-ctr";
    public const string Aes256CtrName = "aes256-ctr";

    public const string HmacSha256EtmName = "hmac-sha2-256-etm@openssh.com";
    public const string HmacSha512EtmName = "hmac-sha2-512-etm@openssh.com";
    public const string HmacSha256Name = "hmac-sha2-256";
    public const string HmacSha512Name = "hmac-sha2-512";

    public static bool IsCipher(string name) => IsAead(name) || name is Aes128CtrName or Aes192CtrName or Aes256CtrName;

    public static bool IsAead(string cipher) => cipher is ChaChaPolyName or Aes128GcmName or Aes256GcmName;

    public static bool IsMac(string name) => name is HmacSha256EtmName or HmacSha512EtmName or HmacSha256Name or HmacSha512Name;

    public static PacketKeySizes GetKeySizes(string cipher, string? mac) => cipher switch
    {
        ChaChaPolyName => new PacketKeySizes(ChaChaPoly.KeySize, 0, 0),
        Aes128GcmName => new PacketKeySizes(16, AesGcmPackets.IvSize, 0),
        Aes256GcmName => new PacketKeySizes(32, AesGcmPackets.IvSize, 0),
        Aes128CtrName => new PacketKeySizes(16, CtrHmac.IvSize, GetMacSize(mac)),
        Aes192CtrName => new PacketKeySizes(24, CtrHmac.IvSize, GetMacSize(mac)),
        Aes256CtrName => new PacketKeySizes(32, CtrHmac.IvSize, GetMacSize(mac)),
        _ => throw Unknown(cipher),
    };

    public static IPacketEncryptor CreateEncryptor(
        string cipher, string? mac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey) => cipher switch
        {
            ChaChaPolyName => new ChaChaPolyEncryptor(key),
            Aes128GcmName => new AesGcmEncryptor(CipherAlgorithm.Aes128Gcm, key, iv),
            Aes256GcmName => new AesGcmEncryptor(CipherAlgorithm.Aes256Gcm, key, iv),
            _ => new CtrHmacEncryptor(GetCtrHmac(cipher, mac), key, iv, macKey),
        };

    public static IPacketDecryptor CreateDecryptor(
        string cipher, string? mac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey) => cipher switch
        {
            ChaChaPolyName => new ChaChaPolyDecryptor(key),
            Aes128GcmName => new AesGcmDecryptor(CipherAlgorithm.Aes128Gcm, key, iv),
            Aes256GcmName => new AesGcmDecryptor(CipherAlgorithm.Aes256Gcm, key, iv),
            _ => new CtrHmacDecryptor(GetCtrHmac(cipher, mac), key, iv, macKey),
        };

    private static CtrHmacSpec GetCtrHmac(string cipher, string? mac)
    {
        nint algorithm = cipher switch
        {
            Aes128CtrName => CipherAlgorithm.Aes128Ctr,
            Aes192CtrName => CipherAlgorithm.Aes192Ctr,
            Aes256CtrName => CipherAlgorithm.Aes256Ctr,
            _ => throw Unknown(cipher),
        };
        return new CtrHmacSpec(algorithm, EncryptThenMac: mac is HmacSha256EtmName or HmacSha512EtmName);
    }

    private static int GetMacSize(string? mac) => mac switch
    {
        HmacSha256Name or HmacSha256EtmName => SHA256.HashSizeInBytes,
        HmacSha512Name or HmacSha512EtmName => SHA512.HashSizeInBytes,
        _ => throw Unknown(mac),
    };

    // Negotiation chooses only among names of SshAlgorithms, which asks IsCipher and IsMac.
    private static UnreachableException Unknown(string? name) => new($"There is no '{name}' in the packet layer.");
}
