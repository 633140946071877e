using System.Buffers.Binary;

namespace Bastion.Ssh.KeyExchange;

// Encodes K. The arrays are pinned, so that the collector leaves no copies behind that nobody can zero.
internal static class SharedSecretEncoding
{
    // A big-endian magnitude as mpint (RFC 4251 §5): the curves (RFC 8731 §3.1, RFC 5656 §4).
    public static byte[] Mpint(ReadOnlySpan<byte> magnitude)
    {
        magnitude = magnitude.TrimStart((byte)0);
        int sign = magnitude.Length > 0 && (magnitude[0] & 0x80) != 0 ? 1 : 0;
        return Encode(magnitude, sign);
    }

    // The hash of the hybrid methods, whose K is a string and not an mpint.
    public static byte[] String(ReadOnlySpan<byte> value) => Encode(value, 0);

    private static byte[] Encode(ReadOnlySpan<byte> value, int leadingZeros)
    {
        int length = leadingZeros + value.Length;
        byte[] encoded = GC.AllocateArray<byte>(4 + length, pinned: true);
        BinaryPrimitives.WriteInt32BigEndian(encoded, length);
        value.CopyTo(encoded.AsSpan(4 + leadingZeros));
        return encoded;
    }
}
