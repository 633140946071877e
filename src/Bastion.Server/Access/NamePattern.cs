namespace Bastion.Server.Access;

// A name with `*` for any run of letters and `?` for one. Whole names are compared, and case counts.
internal sealed class NamePattern(string text)
{
    internal string Text { get; } = text;

    // Two pointers and the last star: linear in practice, quadratic at worst, never exponential.
    internal bool Matches(string name)
    {
        int p = 0;
        int n = 0;
        int star = -1;
        int resume = 0;
        while (n < name.Length)
        {
            if (p < Text.Length && Text[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < Text.Length && (Text[p] == '?' || Text[p] == name[n]))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        return Text.AsSpan(p).IndexOfAnyExcept('*') < 0;
    }

    public override string ToString() => Text;
}
