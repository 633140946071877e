using System.Buffers.Binary;
using System.Text;

namespace Bastion.Ssh.Wire;

// Reads the data types of RFC 4251 §5 from one contiguous payload. Every length is checked against what is left before it is
// used, so nothing is allocated or read beyond the payload; any violation is an SshProtocolException.
// Spans that it returns point into the payload and live as long as it does.
internal ref struct SshReader
{
    // Longest name in a name-list (RFC 4250 §4.6.1: 64 characters). OpenSSH and others send longer ones (59 at most today); be generous.
    private const int MaxNameLength = 128;

    // As many names as OpenSSH or asyncssh would never offer; bounds the allocation.
    private const int MaxNames = 256;

    private ReadOnlySpan<byte> _rest;

    public SshReader(ReadOnlySpan<byte> payload) => _rest = payload;

    public readonly int Remaining => _rest.Length;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte ReadByte() => Take(1)[0];

    public void ReadByte(byte expected)
    {
        if (ReadByte() != expected)
        {
            SshProtocolException.Throw("A message has another number than the one expected.");
        }
    }

    // RFC 4251 §5: all non-zero values are TRUE on receipt.
    public bool ReadBoolean() => ReadByte() != 0;

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public ReadOnlySpan<byte> ReadBytes(int count) => Take(count);

    // A string of any bytes.
    public ReadOnlySpan<byte> ReadString()
    {
        uint length = ReadUInt32();
        if (length > (uint)_rest.Length)
        {
            SshProtocolException.ThrowTruncated();
        }

        return Take((int)length);
    }

    public ReadOnlySpan<byte> ReadString(int maxLength)
    {
        ReadOnlySpan<byte> value = ReadString();
        if (value.Length > maxLength)
        {
            SshProtocolException.Throw("A string is longer than its limit.");
        }

        return value;
    }

    // A string that must be valid UTF-8 without NUL: user names, descriptions, paths that we show.
    public string ReadUtf8(int maxLength)
    {
        ReadOnlySpan<byte> value = ReadString(maxLength);
        if (value.Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(value))
        {
            SshProtocolException.Throw("A text field is not UTF-8, or has a NUL.");
        }

        return Encoding.UTF8.GetString(value);
    }

    // A protocol name: printable US-ASCII, at most 128 characters (RFC 4250 §4.6.1).
    public string ReadName()
    {
        ReadOnlySpan<byte> value = ReadString(MaxNameLength);
        CheckName(value);
        return Encoding.ASCII.GetString(value);
    }

    // RFC 4251 §5: comma-separated, may be empty; a name has no zero length.
    public string[] ReadNameList()
    {
        ReadOnlySpan<byte> list = ReadString();
        if (list.IsEmpty)
        {
            return [];
        }

        int count = list.Count((byte)',') + 1;
        if (count > MaxNames)
        {
            SshProtocolException.Throw("A name-list has too many names.");
        }

        string[] names = new string[count];
        for (int i = 0; i < count; i++)
        {
            int comma = list.IndexOf((byte)',');
            ReadOnlySpan<byte> name = comma < 0 ? list : list[..comma];
            if (name.IsEmpty || name.Length > MaxNameLength)
            {
                SshProtocolException.Throw("A name in a name-list is empty or too long.");
            }

            CheckName(name);
            names[i] = Encoding.ASCII.GetString(name);
            list = comma < 0 ? default : list[(comma + 1)..];
        }

        return names;
    }

    // A non-negative mpint as its magnitude without leading zeros (RFC 4251 §5). Negative or non-minimal values are refused.
    public ReadOnlySpan<byte> ReadPositiveMpint(int maxLength)
    {
        ReadOnlySpan<byte> value = ReadString();
        if (value.Length > 0 && (value[0] & 0x80) != 0)
        {
            SshProtocolException.Throw("A number that must be positive is negative.");
        }

        if (value.Length > 0 && value[0] == 0)
        {
            if (value.Length == 1 || (value[1] & 0x80) == 0)
            {
                SshProtocolException.Throw("A number has needless leading zeros.");
            }

            value = value[1..];
        }

        if (value.Length > maxLength)
        {
            SshProtocolException.Throw("A number is longer than its limit.");
        }

        return value;
    }

    public readonly void ReadEnd()
    {
        if (!_rest.IsEmpty)
        {
            SshProtocolException.ThrowTrailingBytes();
        }
    }

    private static void CheckName(ReadOnlySpan<byte> name)
    {
        if (name.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
        {
            SshProtocolException.Throw("A protocol name has characters that are not printable US-ASCII.");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            SshProtocolException.ThrowTruncated();
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
