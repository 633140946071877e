using Bastion.Benchmarks.Gateways;
using Bastion.Benchmarks.Measuring;

namespace Bastion.Benchmarks;

// What an idle interactive session costs the gateway.
internal static class MemoryBenchmark
{
    private const int Sessions = 500;
    private const int Batches = 5;
    private const int Starters = 4;

    public static async Task<Report> RunAsync(IReadOnlyList<IGateway> gateways)
    {
        var perSession = new Measure("memory per idle shell session", "KiB");
        var total = new Measure($"memory of the gateway at {Sessions} sessions", "MiB");
        var processes = new Measure($"processes of the gateway at {Sessions} sessions", "count");
        foreach (IGateway gateway in gateways)
        {
            var sessions = new List<PipedSession>();
            try
            {
                // the first ones also pay for what is loaded once
                sessions.AddRange(await OpenAsync(gateway, Starters));
                long before = ProcessUsage.ProportionalSetSize(gateway.ProcessId);
                for (int batch = 0; batch < Batches; batch++)
                {
                    sessions.AddRange(await OpenAsync(gateway, Sessions / Batches));
                    long now = ProcessUsage.ProportionalSetSize(gateway.ProcessId);
                    perSession.Add(gateway.Name, (now - before) / 1024.0 / (sessions.Count - Starters));
                }
                total.Add(gateway.Name, ProcessUsage.ProportionalSetSize(gateway.ProcessId) / 1024.0 / 1024.0);
                processes.Add(gateway.Name, 1 + ProcessUsage.CountDescendants(gateway.ProcessId));
            }
            finally
            {
                sessions.ForEach(session => session.Dispose());
            }
        }
        return new Report(
            "memory",
            $"idle shells on the target, opened in {Batches} batches up to {Sessions}; proportional set size (smaps_rollup) of all processes of the " +
            $"gateway, less that at {Starters} sessions, by the number of sessions after each batch: median of {Batches} [min..max]. OpenSSH: sshd and nested ssh.",
            [perSession, total, processes]);
    }

    private static async Task<IEnumerable<PipedSession>> OpenAsync(IGateway gateway, int count)
    {
        Task<PipedSession[]>[] starters = [.. Enumerable.Range(0, Starters)
            .Select(i => Task.Run(() => Enumerable.Range(0, (count + i) / Starters).Select(_ => Open(gateway)).ToArray()))];
        return (await Task.WhenAll(starters)).SelectMany(sessions => sessions);
    }

    private static PipedSession Open(IGateway gateway)
    {
        var session = PipedSession.Start(gateway.Shell());
        // an answer that does not stand in the line that asks for it, so that the echo of the line is not taken for it
        session.Type("echo ready-$((40+2))\n");
        session.ReadTo("ready-42");
        return session;
    }
}
