using System.Net;
using System.Net.Sockets;
using Bastion.Benchmarks.Gateways;
using Bastion.Benchmarks.Measuring;
using Bastion.Testing.Processes;

namespace Bastion.Benchmarks;

// From the start of the server process to the first connection that it greets.
internal static class StartBenchmark
{
    private const int Runs = 5;

    public static async Task<Report> RunAsync(IReadOnlyList<IGateway> gateways)
    {
        var measure = new Measure("start to the first greeting", "ms");
        foreach (IGateway gateway in gateways)
        {
            await gateway.StopAsync();
        }
        for (int run = 0; run < Runs; run++)
        {
            foreach (IGateway gateway in gateways)
            {
                measure.Add(gateway.Name, await StartAsync(gateway));
            }
        }
        return new Report(
            "start",
            $"from exec to the first byte of the identification string, keys and data already there, median of {Runs} [min..max]",
            [measure]);
    }

    private static async Task<double> StartAsync(IGateway gateway)
    {
        long start = TimeProvider.System.GetTimestamp();
        await using var process = DaemonProcess.Start(gateway.StartCommand);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        while (!await TryGreetingAsync(gateway.Port))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException(process.Describe());
            }
            await timer.WaitForNextTickAsync();
        }
        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<bool> TryGreetingAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return await socket.ReceiveAsync(new byte[1]) == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
