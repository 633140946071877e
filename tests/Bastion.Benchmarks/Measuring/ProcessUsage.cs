using System.Globalization;

namespace Bastion.Benchmarks.Measuring;

// What a program and all of its children cost, by /proc (proc_pid_stat(5), proc_pid_smaps(5)).
internal static class ProcessUsage
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux architecture .NET runs on

    // Fields of /proc/<pid>/stat counted after the name, which may hold anything and ends with the last ')'.
    private const int UserTime = 11;
    private const int ChildrenSystemTime = 14;

    // CPU seconds of the process and of every child that it has waited for. A process's share arrives with its parent only when it
    // has ended, so first all children must be gone: sessions that just closed need some milliseconds.
    public static async Task<double> CpuSecondsAsync(int processId)
    {
        await WaitWithoutChildrenAsync(processId);
        string stat = await File.ReadAllTextAsync($"/proc/{processId}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[UserTime..(ChildrenSystemTime + 1)].Sum(field => double.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    // Proportional set size of the process and all of its descendants, in bytes: a shared page counts once, in parts.
    public static long ProportionalSetSize(int processId)
    {
        long size = 0;
        try
        {
            string line = File.ReadLines($"/proc/{processId}/smaps_rollup").First(l => l.StartsWith("Pss:", StringComparison.Ordinal));
            size = 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // it has just ended
        }
        return size + Children(processId).Sum(ProportionalSetSize);
    }

    public static int CountDescendants(int processId) => Children(processId).Sum(child => 1 + CountDescendants(child));

    private static IEnumerable<int> Children(int processId)
    {
        string[] tasks = Directory.Exists($"/proc/{processId}/task") ? Directory.GetDirectories($"/proc/{processId}/task") : [];
        return tasks.SelectMany(task => ReadIfThere($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture));
    }

    private static string ReadIfThere(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task WaitWithoutChildrenAsync(int processId)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        for (int tries = 0; Children(processId).Any(); tries++)
        {
            if (tries == 5_000)
            {
                throw new InvalidOperationException($"Process {processId} still has children after ten seconds.");
            }
            await timer.WaitForNextTickAsync();
        }
    }
}
