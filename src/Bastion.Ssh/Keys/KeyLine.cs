using System.Diagnostics.CodeAnalysis;

namespace Bastion.Ssh.Keys;

// One line of a .pub, -cert.pub or authorized_keys file without options: type, base64 blob, comment.
internal static class KeyLine
{
    // A certificate with 256 long principals fits; a line beyond this is not a key. OpenSSH's limit for a line is the same.
    private const int MaxLength = 64 * 1024;

    // The blob is not looked into: that it begins with the same type is for its parser to say.
    public static bool TrySplit(
        ReadOnlySpan<char> line,
        [NotNullWhen(true)] out string? type,
        [NotNullWhen(true)] out byte[]? blob,
        out string? comment,
        [NotNullWhen(false)] out string? error)
    {
        type = null;
        blob = null;
        comment = null;
        line = line.Trim();
        if (line.Length > MaxLength)
        {
            error = "The line is too long for a key.";
            return false;
        }

        if (HasControl(line))
        {
            error = "A public key is a single line without control characters.";
            return false;
        }

        ReadOnlySpan<char> typeField = NextField(ref line);
        ReadOnlySpan<char> blobField = NextField(ref line);
        if (blobField.IsEmpty || typeField.ContainsAnyExceptInRange('!', '~'))
        {
            error = "A public key is one line: a type such as ssh-ed25519, the key in base64, and a comment.";
            return false;
        }

        byte[] decoded = new byte[blobField.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(blobField, decoded, out int length))
        {
            error = "The second word of the line is not base64. A public key starts with its type; options before it are not supported.";
            return false;
        }

        type = typeField.ToString();
        blob = decoded[..length];
        comment = line.IsEmpty ? null : line.ToString();
        error = null;
        return true;
    }

    public static string Format(string type, ReadOnlySpan<byte> blob, string? comment)
    {
        if (HasControl(comment))
        {
            throw new ArgumentException(
                "A comment has no control characters: a line break in it would begin another key.", nameof(comment));
        }

        string line = $"{type} {Convert.ToBase64String(blob)}";
        return string.IsNullOrEmpty(comment) ? line : $"{line} {comment}";
    }

    public static ReadOnlySpan<char> NextField(ref ReadOnlySpan<char> line)
    {
        int end = line.IndexOfAny(' ', '\t');
        ReadOnlySpan<char> field = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[end..].TrimStart();
        return field;
    }

    private static bool HasControl(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (char.IsControl(c) && c != '\t')
            {
                return true;
            }
        }

        return false;
    }
}
