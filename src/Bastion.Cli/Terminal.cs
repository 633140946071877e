using System.Collections;

namespace Bastion.Cli;

// Everything outside the program that commands use, so that a test can hold it.
internal sealed class Terminal
{
    internal required TextWriter Output { get; init; }

    internal required TextWriter Error { get; init; }

    // Null: not a terminal. Then nothing is cut or coloured, for grep and awk.
    internal required int? Width { get; init; }

    internal required IReadOnlyDictionary<string, string> Environment { get; init; }

    internal required string CurrentFolder { get; init; }

    internal required TimeProvider Time { get; init; }

    internal static Terminal System() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Width = Console.IsOutputRedirected ? null : Math.Max(Console.WindowWidth, 40),
        Environment = global::System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        CurrentFolder = Directory.GetCurrentDirectory(),
        Time = TimeProvider.System,
    };

    // What the bastion or a file says may hold text that strangers chose: nothing of it may act on the terminal.
    internal static string Printable(string text) =>
        text.Any(Acts) ? string.Concat(text.Select(letter => Acts(letter) ? $"\\u{(int)letter:x4}" : letter.ToString())) : text;

    private static bool Acts(char letter) => char.IsControl(letter) || char.GetUnicodeCategory(letter) is global::System.Globalization.UnicodeCategory.Format;
}
