using Bastion.Benchmarks.Gateways;
using Bastion.Benchmarks.Measuring;
using Bastion.Testing.Processes;

namespace Bastion.Benchmarks;

// Bulk data through one session: what the gateway pays per GiB, and how long it takes with client, gateway and target on one machine.
internal static class RelayBenchmark
{
    private const double GiBPerRun = 1;
    private const int Runs = 5;
    private const int WarmUpMiB = 256;

    public static async Task<Report> RunAsync(IReadOnlyList<IGateway> gateways)
    {
        var measures = new Measure[]
        {
            new("download, CPU of the gateway", "s/GiB"), new("download, wall time", "s/GiB"),
            new("upload, CPU of the gateway", "s/GiB"), new("upload, wall time", "s/GiB"),
        };
        foreach (IGateway gateway in gateways)
        {
            await TransferAsync(Download(gateway, WarmUpMiB));
            await TransferAsync(Upload(gateway, WarmUpMiB));
        }
        int size = (int)(GiBPerRun * 1024);
        for (int run = 0; run < Runs; run++)
        {
            foreach (IGateway gateway in gateways)
            {
                await MeasureAsync(gateway, Download(gateway, size), measures[0], measures[1]);
                await MeasureAsync(gateway, Upload(gateway, size), measures[2], measures[3]);
            }
        }
        return new Report(
            "relay",
            $"{GiBPerRun} GiB by exec through one session, {BenchTarget.Cipher} on both legs, median of {Runs} [min..max]. OpenSSH: sshd and the " +
            "ssh that it runs, with all children; Bastion: its process. Client and target are the same programs and not counted, but share the cores.",
            measures);
    }

    private static string Download(IGateway gateway, int mebibytes) =>
        $"{Shell(gateway.Run($"head -c {mebibytes}M /dev/zero", terminal: false))} </dev/null >/dev/null";

    private static string Upload(IGateway gateway, int mebibytes) =>
        $"head -c {mebibytes}M /dev/zero | {Shell(gateway.Run("cat >/dev/null", terminal: false))}";

    private static async Task MeasureAsync(IGateway gateway, string command, Measure cpu, Measure wall)
    {
        double before = await ProcessUsage.CpuSecondsAsync(gateway.ProcessId);
        long start = TimeProvider.System.GetTimestamp();
        await TransferAsync(command);
        wall.Add(gateway.Name, TimeProvider.System.GetElapsedTime(start).TotalSeconds / GiBPerRun);
        cpu.Add(gateway.Name, (await ProcessUsage.CpuSecondsAsync(gateway.ProcessId) - before) / GiBPerRun);
    }

    // The shell connects the streams, so that the bytes do not pass through this program as well.
    private static async Task TransferAsync(string command) =>
        (await ProcessRunner.RunAsync(new ProcessRequest("/bin/sh", "-c", command) { Timeout = TimeSpan.FromMinutes(2) })).ShouldExit();

    private static string Shell(ProcessRequest request) =>
        string.Join(' ', request.Arguments.Prepend(request.FileName).Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
}
