using System.Globalization;

namespace Bastion.Server.Configuration;

// Amounts as people write them: durations such as 90s, 5m, 8h, 1h30m, and sizes such as 64KiB.
internal static class ConfigUnits
{
    internal const string DurationForm = "write a number with a unit: ms, s, m, h or d (for example 30s, 8h or 1h30m)";
    internal const string SizeForm = "write a number with a unit: B, KiB, MiB or GiB (for example 64KiB)";

    private static readonly (string Suffix, long Ticks)[] DurationUnits =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour), ("d", TimeSpan.TicksPerDay),
    ];

    private static readonly (string Suffix, long Bytes)[] SizeUnits =
        [("B", 1), ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30)];

    // A bare 0 is understood; any other number needs its unit, since 30 could be seconds or minutes.
    internal static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }

        ReadOnlySpan<char> rest = text;
        long ticks = 0;
        while (rest.Length > 0)
        {
            if (!TryTakeAmount(ref rest, out long amount) || !TryTakeUnit(ref rest, DurationUnits, out long unit) ||
                amount > (long.MaxValue - ticks) / unit)
            {
                return false;
            }

            ticks += amount * unit;
        }

        duration = new TimeSpan(ticks);
        return text.Length > 0;
    }

    internal static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        ReadOnlySpan<char> rest = text;
        if (!TryTakeAmount(ref rest, out long amount) || !TryTakeUnit(ref rest, SizeUnits, out long unit) || rest.Length > 0 ||
            amount > long.MaxValue / unit)
        {
            return false;
        }

        bytes = amount * unit;
        return true;
    }

    // The form that TryParseDuration reads back.
    internal static string Format(TimeSpan duration)
    {
        foreach ((string suffix, long ticks) in DurationUnits.Reverse())
        {
            if (duration.Ticks >= ticks && duration.Ticks % ticks == 0)
            {
                return (duration.Ticks / ticks).ToString(CultureInfo.InvariantCulture) + suffix;
            }
        }

        return duration == TimeSpan.Zero ? "0" : ((long)duration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "ms";
    }

    private static bool TryTakeAmount(ref ReadOnlySpan<char> rest, out long amount)
    {
        int digits = rest.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> number = digits < 0 ? rest : rest[..digits];
        bool ok = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out amount);
        rest = rest[number.Length..];
        return ok;
    }

    private static bool TryTakeUnit(ref ReadOnlySpan<char> rest, (string Suffix, long Factor)[] units, out long factor)
    {
        int letters = rest.IndexOfAnyInRange('0', '9');
        ReadOnlySpan<char> word = letters < 0 ? rest : rest[..letters];
        foreach ((string suffix, long value) in units)
        {
            if (word.SequenceEqual(suffix))
            {
                rest = rest[word.Length..];
                factor = value;
                return true;
            }
        }

        factor = 0;
        return false;
    }
}
