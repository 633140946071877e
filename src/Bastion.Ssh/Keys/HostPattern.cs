namespace Bastion.Ssh.Keys;

// Host names with the wildcards * and ? (ssh_config(5), PATTERNS). Host names do not know upper and lower case.
internal static class HostPattern
{
    // Remembers only the last star: what an earlier one could take, a later one can too. Quadratic at worst, never exponential.
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> host)
    {
        int p = 0;
        int h = 0;
        int star = -1;
        int starTook = 0;
        while (h < host.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                starTook = h;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || char.ToLowerInvariant(pattern[p]) == char.ToLowerInvariant(host[h])))
            {
                p++;
                h++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                h = ++starTook;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].Trim('*').IsEmpty;
    }
}
