using System.Globalization;
using System.Text;

namespace Bastion.Cli.Output;

// What the bastion or a file says may hold text that strangers chose, such as a key's comment. Nothing of it may act on the terminal: control
// and line characters, and those that hide or reorder text, are shown as their number.
internal static class SafeText
{
    internal static string Escape(string text)
    {
        StringBuilder? escaped = null;
        int position = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Acts(rune))
            {
                escaped ??= new StringBuilder(text, 0, position, text.Length + 16);
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                escaped?.Append(rune);
            }

            position += rune.Utf16SequenceLength;
        }

        return escaped?.ToString() ?? text;
    }

    // A surrogate without its other half comes as U+FFFD, and writing the text makes the same of it.
    private static bool Acts(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
