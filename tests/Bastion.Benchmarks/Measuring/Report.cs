using System.Globalization;
using System.Text.Json;
using Bastion.Testing;

namespace Bastion.Benchmarks.Measuring;

// One quantity, measured several times through each gateway.
internal sealed class Measure(string name, string unit, bool lowerIsBetter = true)
{
    public string Name { get; } = name;
    public string Unit { get; } = unit;
    public bool LowerIsBetter { get; } = lowerIsBetter;
    public Dictionary<string, List<double>> Runs { get; } = [];

    public void Add(string gateway, double value)
    {
        if (!Runs.TryGetValue(gateway, out List<double>? runs))
        {
            Runs.Add(gateway, runs = []);
        }
        runs.Add(value);
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

// The figures of one benchmark: a table for people, a JSON file for everybody else.
internal sealed record Report(string Benchmark, string What, IReadOnlyList<Measure> Measures)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public void Print(IReadOnlyList<double> calibration)
    {
        Console.WriteLine($"{Benchmark}: {What}");
        string[] gateways = [.. Measures.SelectMany(measure => measure.Runs.Keys).Distinct()];
        Row("", gateways, "ratio");
        foreach (Measure measure in Measures)
        {
            Row($"{measure.Name} ({measure.Unit}, {(measure.LowerIsBetter ? "lower" : "higher")} is better)",
                gateways.Select(gateway => measure.Runs.TryGetValue(gateway, out List<double>? runs) ? Cell(runs) : "-"),
                Ratio(measure, gateways));
        }
        Console.WriteLine($"calibration loop: {string.Join(", ", calibration.Select(ms => Number(ms)))} ms (varies with what else the machine does)");
        Console.WriteLine();
    }

    public string Save(Machine machine, DateTimeOffset at, IReadOnlyList<double> calibration)
    {
        string folder = Path.Combine(Repository.Root, "artifacts", "bench");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{Benchmark}.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Benchmark,
            What,
            At = at,
            Machine = machine,
            CalibrationMilliseconds = calibration,
            Measures = Measures.Select(measure => new
            {
                measure.Name,
                measure.Unit,
                measure.LowerIsBetter,
                Median = measure.Runs.ToDictionary(run => run.Key, run => Measure.Median(run.Value)),
                measure.Runs,
            }),
        }, Json) + "\n");
        return path;
    }

    private static string Cell(List<double> runs) => $"{Number(Measure.Median(runs))} [{Number(runs.Min())}..{Number(runs.Max())}]";

    // of the last gateway to the first one, OpenSSH: below 1 is less of it
    private static string Ratio(Measure measure, string[] gateways) =>
        gateways.Length > 1 && measure.Runs.TryGetValue(gateways[0], out List<double>? first) && measure.Runs.TryGetValue(gateways[^1], out List<double>? last)
            ? (Measure.Median(last) / Measure.Median(first)).ToString("0.00", CultureInfo.InvariantCulture)
            : "-";

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static void Row(string name, IEnumerable<string> cells, string ratio) =>
        Console.WriteLine($"  {name,-58}{string.Concat(cells.Select(cell => $"{cell,26}"))}{ratio,8}");
}
