using System.Security.Cryptography;
using Bastion.Ssh.Transport;

namespace Bastion.Ssh.KeyExchange;

// What a finished key exchange left behind, from which both directions get their keys. Owns the shared secret and zeroes it;
// derived keys live on the stack until libcrypto has them.
internal sealed class KexSecrets : IDisposable
{
    private readonly HashAlgorithmName _hash;
    private readonly byte[] _encodedSharedSecret;
    private readonly byte[] _exchangeHash;
    private readonly byte[] _sessionId;

    // sessionId is the exchange hash of the connection's first exchange, also after rekeys (RFC 4253 §7.2).
    public KexSecrets(HashAlgorithmName hash, byte[] encodedSharedSecret, byte[] exchangeHash, byte[] sessionId)
    {
        _hash = hash;
        _encodedSharedSecret = encodedSharedSecret;
        _exchangeHash = exchangeHash;
        _sessionId = sessionId;
    }

    private delegate T Keyed<T>(
        string cipher, string? mac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey);

    public IPacketEncryptor CreateEncryptor(PacketDirection direction, string cipher, string? mac) =>
        Create(direction, cipher, mac, PacketCipherFactory.CreateEncryptor);

    public IPacketDecryptor CreateDecryptor(PacketDirection direction, string cipher, string? mac) =>
        Create(direction, cipher, mac, PacketCipherFactory.CreateDecryptor);

    public void Dispose() => CryptographicOperations.ZeroMemory(_encodedSharedSecret);

    // RFC 4253 §7.2: A and B are initial IVs, C and D encryption keys, E and F integrity keys; the first of each is client to server.
    private T Create<T>(PacketDirection direction, string cipher, string? mac, Keyed<T> create)
    {
        int offset = direction == PacketDirection.ClientToServer ? 0 : 1;
        PacketKeySizes sizes = PacketCipherFactory.GetKeySizes(cipher, mac);
        Span<byte> secrets = stackalloc byte[3 * PacketKeySizes.Max];
        Span<byte> iv = secrets[..sizes.Iv];
        Span<byte> key = secrets.Slice(PacketKeySizes.Max, sizes.Key);
        Span<byte> macKey = secrets.Slice(2 * PacketKeySizes.Max, sizes.Mac);
        try
        {
            Derive((char)('A' + offset), iv);
            Derive((char)('C' + offset), key);
            Derive((char)('E' + offset), macKey);
            return create(cipher, mac, key, iv, macKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secrets);
        }
    }

    private void Derive(char letter, Span<byte> key) =>
        KeyDerivation.Derive(_hash, _encodedSharedSecret, _exchangeHash, letter, _sessionId, key);
}
