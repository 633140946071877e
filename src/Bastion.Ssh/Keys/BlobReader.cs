using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Bastion.Ssh.Keys;

// Reads key, certificate and signature blobs. Strangers send these before they have proven anything, so a bad one must be cheap:
// nothing is thrown and nothing allocated beyond what is there. The first bad read fails the reader for good, every later
// read yields an empty value, and the caller asks once, by AtEnd, whether all was well and used up.
internal ref struct BlobReader
{
    private ReadOnlySpan<byte> _rest;
    private bool _failed;

    public BlobReader(ReadOnlySpan<byte> blob) => _rest = blob;

    public readonly bool AtEnd => !_failed && _rest.IsEmpty;

    public readonly bool HasMore => !_failed && !_rest.IsEmpty;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte ReadByte()
    {
        ReadOnlySpan<byte> taken = Take(1);
        return taken.IsEmpty ? (byte)0 : taken[0];
    }

    public uint ReadUInt32()
    {
        ReadOnlySpan<byte> taken = Take(sizeof(uint));
        return taken.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(taken);
    }

    public ulong ReadUInt64()
    {
        ReadOnlySpan<byte> taken = Take(sizeof(ulong));
        return taken.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64BigEndian(taken);
    }

    public ReadOnlySpan<byte> ReadString() => Take(ReadUInt32());

    // A string that must be UTF-8 without NUL.
    public string ReadText()
    {
        ReadOnlySpan<byte> value = ReadString();
        if (value.Contains((byte)0) || !Utf8.IsValid(value))
        {
            Fail();
            return "";
        }

        return Encoding.UTF8.GetString(value);
    }

    // The magnitude of an mpint > 0 in its one canonical encoding (RFC 4251 §5), so that a key has one blob and one fingerprint.
    public ReadOnlySpan<byte> ReadPositiveMpint()
    {
        ReadOnlySpan<byte> value = ReadString();
        bool padded = value.Length > 1 && value[0] == 0 && (value[1] & 0x80) != 0;
        ReadOnlySpan<byte> magnitude = padded ? value[1..] : value;
        if (magnitude.IsEmpty || magnitude[0] == 0 || (!padded && (magnitude[0] & 0x80) != 0))
        {
            Fail();
            return default;
        }

        return magnitude;
    }

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > (uint)_rest.Length)
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private void Fail()
    {
        _failed = true;
        _rest = default;
    }
}
