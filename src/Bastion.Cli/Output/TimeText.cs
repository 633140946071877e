using System.Globalization;

namespace Bastion.Cli.Output;

// Times for people: in the zone of the person who reads, as ssh-keygen -L. JSON keeps the exact form.
internal static class TimeText
{
    internal static string Local(DateTimeOffset time, TimeProvider clock) =>
        TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    // The two largest units, such as `7h 59m`. Never negative.
    internal static string Duration(TimeSpan duration) => duration switch
    {
        { Ticks: < TimeSpan.TicksPerMinute } => $"{Whole(duration.TotalSeconds)}s",
        { Ticks: < TimeSpan.TicksPerHour } => $"{duration.Minutes}m {duration.Seconds}s",
        { Ticks: < TimeSpan.TicksPerDay } => $"{duration.Hours}h {duration.Minutes}m",
        _ => $"{duration.Days}d {duration.Hours}h",
    };

    private static int Whole(double value) => (int)Math.Max(value, 0);
}
