using System.Globalization;
using System.Text;

namespace Bastion.Server.Configuration;

// Text of others on its way into a message for people.
internal static class ConfigText
{
    // Enough to recognise the value on one line of a terminal.
    private const int MaxShown = 80;

    internal static string Show(string value)
    {
        StringBuilder shown = new();
        foreach (char letter in value.Length > MaxShown ? value[..MaxShown] + "…" : value)
        {
            if (char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.LineSeparator)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            }
            else
            {
                shown.Append(letter);
            }
        }

        return shown.ToString();
    }
}
