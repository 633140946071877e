using System.Buffers;
using System.Text;

namespace Bastion.Ssh.Transport;

// The identification strings that open a connection (RFC 4253 §4.2). A pure parser of what has arrived so far; the owner does the I/O.
//
//   SSH-protoversion-softwareversion SP comments CR LF
//
// A server takes no line before its client's. A client skips lines that do not start with "SSH-" (login messages, TCP wrappers).
internal sealed class VersionExchange
{
    // RFC 4253 §4.2: 255 characters, CR and LF included.
    public const int MaxLength = 255;

    // The RFC sets no bound; OpenSSH reads 1024 lines of 8192 bytes.
    private const int MaxLinesBefore = 1024;
    private const int MaxLineBefore = 8192;

    private readonly bool _isServer;
    private int _linesBefore;

    public VersionExchange(bool isServer) => _isServer = isServer;

    // Our own string, without the CR LF that ends it on the wire. software is printable US-ASCII without space or minus.
    public static string Compose(string software)
    {
        string identification = $"SSH-2.0-{software}";
        if (software.Length == 0 || software.AsSpan().ContainsAnyExceptInRange('!', '~') || software.Contains('-')
            || identification.Length + 2 > MaxLength)
        {
            throw new ArgumentException("A software version is printable US-ASCII without space or minus, and short.", nameof(software));
        }

        return identification;
    }

    // False: more bytes are needed; complete lines were taken from the input. True: the peer's string, without CR LF, as it goes into
    // the exchange hash. Throws SshProtocolException.
    public bool TryRead(ref ReadOnlySequence<byte> input, out string identification)
    {
        identification = "";
        while (!input.IsEmpty)
        {
            bool isIdentification = StartsLikeIdentification(input);
            if (!isIdentification && _isServer)
            {
                ThrowNotSsh();
            }

            if (!TryReadLine(ref input, isIdentification ? MaxLength : MaxLineBefore, out ReadOnlySequence<byte> line))
            {
                return false;
            }

            if (isIdentification)
            {
                identification = Parse(line);
                return true;
            }

            if (++_linesBefore > MaxLinesBefore)
            {
                SshProtocolException.Throw("The server sent too many lines before its identification.");
            }
        }

        return false;
    }

    // True as long as it may become one: "SS" is no verdict yet.
    private static bool StartsLikeIdentification(in ReadOnlySequence<byte> input)
    {
        ReadOnlySpan<byte> expected = "SSH-"u8;
        Span<byte> start = stackalloc byte[4];
        int length = (int)Math.Min(input.Length, start.Length);
        input.Slice(0, length).CopyTo(start);
        return start[..length].SequenceEqual(expected[..length]);
    }

    // Takes CR LF, and the lone LF of old peers (RFC 4253 §5.1). Refuses NUL, and CR without LF.
    private static bool TryReadLine(ref ReadOnlySequence<byte> input, int maxLength, out ReadOnlySequence<byte> line)
    {
        SequenceReader<byte> reader = new(input);
        line = default;
        if (!reader.TryReadToAny(out line, "\n\r\0"u8, advancePastDelimiter: false))
        {
            CheckLength(input.Length, maxLength);
            return false;
        }

        reader.TryRead(out byte end);
        if (end == '\r' && !reader.TryRead(out end))
        {
            CheckLength(reader.Consumed, maxLength);
            return false;
        }

        if (end != '\n')
        {
            SshProtocolException.Throw(
                DisconnectReason.ProtocolVersionNotSupported, "A line before the key exchange has a NUL, or a CR without LF.");
        }

        CheckLength(reader.Consumed, maxLength);
        input = input.Slice(reader.Position);
        return true;
    }

    private static void CheckLength(long length, int maxLength)
    {
        if (length > maxLength)
        {
            SshProtocolException.Throw(DisconnectReason.ProtocolVersionNotSupported, "A line before the key exchange is too long.");
        }
    }

    private string Parse(in ReadOnlySequence<byte> line)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        line.CopyTo(buffer);
        ReadOnlySpan<byte> text = buffer[..(int)line.Length];

        // RFC 4253 §5.1: "1.99" is a server that also speaks version 1.
        int prefix = text.StartsWith("SSH-2.0-"u8) ? 8 : !_isServer && text.StartsWith("SSH-1.99-"u8) ? 9 : 0;
        if (prefix == 0 || text.Length == prefix || text.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            ThrowNotSsh();
        }

        return Encoding.ASCII.GetString(text);
    }

    private static void ThrowNotSsh() =>
        SshProtocolException.Throw(
            DisconnectReason.ProtocolVersionNotSupported, "The peer does not speak version 2.0 of the SSH protocol.");
}
