using Bastion.Benchmarks.Gateways;
using Bastion.Benchmarks.Measuring;
using Bastion.Testing.Processes;

namespace Bastion.Benchmarks;

// New connections: version, key exchange and sign-in with an Ed25519 certificate, and nothing after it.
internal static class ConnectionsBenchmark
{
    private const int Runs = 5;
    private const int Clients = 4; // two per core: one works while another one waits for the gateway
    private const int PerClient = 50;

    public static async Task<Report> RunAsync(IReadOnlyList<IGateway> gateways)
    {
        var rate = new Measure("new connections", "1/s", lowerIsBetter: false);
        var cpu = new Measure("CPU of the gateway", "ms/connection");
        var capacity = new Measure("what one core of the gateway serves", "1/s", lowerIsBetter: false);
        foreach (IGateway gateway in gateways)
        {
            await ConnectAsync(gateway);
        }
        for (int run = 0; run < Runs; run++)
        {
            foreach (IGateway gateway in gateways)
            {
                double before = await ProcessUsage.CpuSecondsAsync(gateway.ProcessId);
                long start = TimeProvider.System.GetTimestamp();
                await ConnectAsync(gateway);
                rate.Add(gateway.Name, Clients * PerClient / TimeProvider.System.GetElapsedTime(start).TotalSeconds);
                double used = await ProcessUsage.CpuSecondsAsync(gateway.ProcessId) - before;
                cpu.Add(gateway.Name, 1000 * used / (Clients * PerClient));
                capacity.Add(gateway.Name, Clients * PerClient / used);
            }
        }
        return new Report(
            "connections",
            $"{Clients} stock clients at a time sign in with an Ed25519 certificate (curve25519-sha256) and leave, {Clients * PerClient} connections, median of {Runs} " +
            "[min..max]. The clients share the cores with the gateway and cost more than it does: the rate holds their start as well. The CPU " +
            "figure and what follows from it for one core are the gateway's alone.",
            [rate, cpu, capacity]);
    }

    private static Task ConnectAsync(IGateway gateway) => Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => ConnectManyAsync(gateway)));

    private static async Task ConnectManyAsync(IGateway gateway)
    {
        ProcessRequest ssh = gateway.SignIn();
        string loop = $"i=0; while [ $i -lt {PerClient} ]; do \"$@\" </dev/null; i=$((i+1)); done";
        ProcessResult result = await ProcessRunner.RunAsync(new ProcessRequest("/bin/sh", ["-c", loop, "sh", ssh.FileName, .. ssh.Arguments])
        {
            // ssh runs its local command with this shell; dash starts in less time than bash, for both gateways
            Environment = new Dictionary<string, string?> { ["SHELL"] = "/bin/sh" },
            Timeout = TimeSpan.FromMinutes(2),
        });
        int count = result.Output.Split('\n').Count(line => line == "signed-in");
        if (count != PerClient)
        {
            throw new InvalidOperationException($"Only {count} of {PerClient} connections signed in.\n{result}");
        }
    }
}
