using System.Text;

namespace Bastion.Ssh.Wire;

// Texts that a peer wrote for people: disconnect and refusal messages, banners. They reach logs and terminals, so every control
// character becomes visible instead of effective, and what is not UTF-8 becomes U+FFFD.
internal static class PeerText
{
    public static string Read(ref SshReader reader, int maxLength)
    {
        ReadOnlySpan<byte> bytes = reader.ReadString();
        return Escape(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, maxLength)]));
    }

    public static string Escape(string text)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        StringBuilder escaped = new(text.Length + 16);
        foreach (char c in text)
        {
            if (IsUnsafe(c))
            {
                escaped.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                escaped.Append(c);
            }
        }

        return escaped.ToString();
    }

    // C0, DEL and C1 controls, and the format characters that reorder or hide text (bidirectional overrides, zero width).
    private static bool IsUnsafe(char c) =>
        char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format
            or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator;
}
