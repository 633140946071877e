namespace Bastion.Server.Configuration;

// The known word that somebody most likely meant.
internal static class Suggestion
{
    // No key is longer; bounds the table below.
    private const int MaxWord = 64;

    // " Did you mean 'x'?" or nothing, to stand behind a message.
    internal static string For(string word, IEnumerable<string> known)
    {
        if (word.Length > MaxWord)
        {
            return "";
        }

        (string? best, int distance) = known.Select(candidate => ((string?)candidate, Distance(word, candidate)))
            .DefaultIfEmpty((null, int.MaxValue)).MinBy(pair => pair.Item2);
        // A third of the letters wrong is a typing mistake, more is another word.
        return best is not null && distance <= Math.Max(1, best.Length / 3) ? $" Did you mean '{best}'?" : "";
    }

    // Edits between two words, where swapping two neighbours is one (optimal string alignment). '-' equals '_', case does not count.
    private static int Distance(string left, string right)
    {
        int[,] edits = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    edits[i, j] = i + j;
                    continue;
                }

                int substituted = edits[i - 1, j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1);
                edits[i, j] = Math.Min(substituted, Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[left.Length, right.Length];
    }

    private static bool Same(char left, char right) => Fold(left) == Fold(right);

    private static char Fold(char letter) => letter == '-' ? '_' : char.ToLowerInvariant(letter);
}
