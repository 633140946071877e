using Bastion.Benchmarks;
using Bastion.Benchmarks.Gateways;
using Bastion.Benchmarks.Measuring;
using Bastion.Testing;
using Bastion.Testing.OpenSsh;

var benchmarks = new Dictionary<string, Func<IReadOnlyList<IGateway>, Task<Report>>>
{
    ["relay"] = RelayBenchmark.RunAsync,
    ["connections"] = ConnectionsBenchmark.RunAsync,
    ["memory"] = MemoryBenchmark.RunAsync,
    ["keystroke"] = KeystrokeBenchmark.RunAsync,
    ["start"] = StartBenchmark.RunAsync,
};
if (args.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    await Console.Error.WriteLineAsync($"There is no benchmark {unknown}; there are {string.Join(", ", benchmarks.Keys)}.");
    return 2;
}

Machine machine = await Machine.DescribeAsync();
Console.WriteLine($"{machine.Processor}, {machine.Cores} cores, {machine.System}, {machine.Runtime}, {machine.OpenSsh}, revision {machine.Revision}\n");
foreach (string name in args.Length > 0 ? args : [.. benchmarks.Keys])
{
    using var folder = new TempFolder();
    KeyFile targetKey = await SshKeygen.GenerateAsync(folder, "id");
    await using OpenSshServer target = await BenchTarget.StartAsync(targetKey);
    await using OpenSshGateway openSsh = await OpenSshGateway.StartAsync(target, targetKey);
    await using BastionGateway bastion = await BastionGateway.StartAsync(target);
    double before = Calibration.RunMilliseconds();
    Report report = await benchmarks[name]([openSsh, bastion]);
    double[] calibration = [before, Calibration.RunMilliseconds()];
    report.Print(calibration);
    Console.WriteLine($"  written to {report.Save(machine, TimeProvider.System.GetUtcNow(), calibration)}\n");
}
return 0;
