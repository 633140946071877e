using System.Buffers.Binary;
using System.Security.Cryptography;
using Bastion.Ssh.Transport;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Bastion.Ssh.Tests.Transport;

// The packet ciphers once more, from other libraries than the engine uses: an independent opinion on every byte, and a peer that
// encrypts any length field and any plaintext.
internal abstract class ReferencePackets
{
    public static ReferencePackets Create(string cipher, string? mac, byte[] key, byte[] iv, byte[] macKey) => cipher switch
    {
        PacketCipherFactory.ChaChaPolyName => new ChaChaPolyReference(key),
        PacketCipherFactory.Aes128GcmName or PacketCipherFactory.Aes256GcmName => new GcmReference(key, iv),
        _ => new CtrHmacReference(key, iv, macKey, mac!),
    };

    // plaintext is padding_length ‖ payload ‖ padding.
    public abstract byte[] Encrypt(uint sequenceNumber, uint declaredLength, ReadOnlySpan<byte> plaintext);

    protected static byte[] BigEndian(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private sealed class GcmReference(byte[] key, byte[] iv) : ReferencePackets
    {
        private readonly byte[] _iv = [.. iv];

        public override byte[] Encrypt(uint sequenceNumber, uint declaredLength, ReadOnlySpan<byte> plaintext)
        {
            byte[] length = BigEndian(declaredLength);
            byte[] ciphertext = new byte[plaintext.Length];
            byte[] tag = new byte[16];
            using AesGcm gcm = new(key, 16);
            gcm.Encrypt(_iv, plaintext, ciphertext, tag, length);
            BinaryPrimitives.WriteUInt64BigEndian(_iv.AsSpan(4), BinaryPrimitives.ReadUInt64BigEndian(_iv.AsSpan(4)) + 1);
            return [.. length, .. ciphertext, .. tag];
        }
    }

    private sealed class ChaChaPolyReference(byte[] key) : ReferencePackets
    {
        public override byte[] Encrypt(uint sequenceNumber, uint declaredLength, ReadOnlySpan<byte> plaintext)
        {
            byte[] nonce = [0, 0, 0, 0, .. BigEndian(sequenceNumber)];
            byte[] length = Transform(key[32..], nonce, BigEndian(declaredLength));
            byte[] stream = Transform(key[..32], nonce, [.. new byte[64], .. plaintext]);
            byte[] authenticated = [.. length, .. stream[64..]];
            Org.BouncyCastle.Crypto.Macs.Poly1305 poly = new();
            poly.Init(new KeyParameter(stream[..32]));
            poly.BlockUpdate(authenticated, 0, authenticated.Length);
            byte[] tag = new byte[16];
            poly.DoFinal(tag, 0);
            return [.. authenticated, .. tag];
        }

        // The ChaCha of its author: a nonce of 64 bits and a counter of 64 bits.
        private static byte[] Transform(byte[] key, byte[] nonce, byte[] input)
        {
            ChaChaEngine engine = new(20);
            engine.Init(true, new ParametersWithIV(new KeyParameter(key), nonce));
            byte[] output = new byte[input.Length];
            engine.ProcessBytes(input, 0, input.Length, output, 0);
            return output;
        }
    }

    private sealed class CtrHmacReference : ReferencePackets
    {
        private readonly SicBlockCipher _counter = new(new AesEngine());
        private readonly byte[] _macKey;
        private readonly string _mac;

        public CtrHmacReference(byte[] key, byte[] iv, byte[] macKey, string mac)
        {
            _counter.Init(true, new ParametersWithIV(new KeyParameter(key), iv));
            _macKey = macKey;
            _mac = mac;
        }

        public override byte[] Encrypt(uint sequenceNumber, uint declaredLength, ReadOnlySpan<byte> plaintext)
        {
            byte[] length = BigEndian(declaredLength);
            if (_mac.Contains("-etm@"))
            {
                byte[] covered = [.. length, .. Transform(plaintext.ToArray())];
                return [.. covered, .. Authenticate([.. BigEndian(sequenceNumber), .. covered])];
            }

            byte[] packet = [.. length, .. plaintext];
            byte[] tag = Authenticate([.. BigEndian(sequenceNumber), .. packet]);
            return [.. Transform(packet), .. tag];
        }

        private byte[] Authenticate(byte[] data) =>
            _mac.Contains("256") ? HMACSHA256.HashData(_macKey, data) : HMACSHA512.HashData(_macKey, data);

        // The last block may be short when a test breaks the alignment; the connection is over then.
        private byte[] Transform(byte[] input)
        {
            byte[] padded = new byte[(input.Length + 15) / 16 * 16];
            input.CopyTo(padded, 0);
            for (int i = 0; i < padded.Length; i += 16)
            {
                _counter.ProcessBlock(padded, i, padded, i);
            }

            return padded[..input.Length];
        }
    }
}
