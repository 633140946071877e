using Bastion.Benchmarks.Gateways;
using Bastion.Benchmarks.Measuring;
using Bastion.Testing.Processes;

namespace Bastion.Benchmarks;

// One key at a time: from the client's keyboard to the terminal on the target and its echo back.
internal static class KeystrokeBenchmark
{
    private const int Runs = 5;
    private const int WarmUp = 300;

    // A terminal echoes no more than 4095 characters of an unfinished line (termios(3)).
    private const int Keys = 2_000;

    public static async Task<Report> RunAsync(IReadOnlyList<IGateway> gateways)
    {
        Measure[] jump = [new("ssh -J, p50", "µs"), new("ssh -J, p99", "µs")];
        Measure[] direct = [new("terminated twice, p50", "µs"), new("terminated twice, p99", "µs")];
        const string command = "echo ready; cat >/dev/null";
        for (int run = 0; run < Runs; run++)
        {
            foreach (IGateway gateway in gateways)
            {
                await Task.Run(() => MeasureRoundTrips(gateway, gateway.Jump(command, terminal: true), jump));
                await Task.Run(() => MeasureRoundTrips(gateway, gateway.Run(command, terminal: true), direct));
            }
        }
        return new Report(
            "keystroke",
            $"{Keys} keys after {WarmUp} to warm up, each typed after the echo of the one before, median of {Runs} [min..max]. ssh -J: sshd forwards " +
            "bytes that it cannot read, Bastion terminates both connections. Terminated twice: sshd with a nested ssh, Bastion by user@target@bastion.",
            [.. jump, .. direct]);
    }

    private static void MeasureRoundTrips(IGateway gateway, ProcessRequest request, Measure[] measures)
    {
        using var session = PipedSession.Start(request);
        session.ReadTo("ready\r\n");
        double[] microseconds = new double[Keys];
        for (int i = -WarmUp; i < Keys; i++)
        {
            long start = TimeProvider.System.GetTimestamp();
            session.Type("x");
            session.ReadTo("x");
            if (i >= 0)
            {
                microseconds[i] = TimeProvider.System.GetElapsedTime(start).TotalMicroseconds;
            }
        }
        Array.Sort(microseconds);
        measures[0].Add(gateway.Name, microseconds[Keys / 2]);
        measures[1].Add(gateway.Name, microseconds[Keys * 99 / 100]);
    }
}
