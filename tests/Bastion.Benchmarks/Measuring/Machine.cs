using System.Runtime.InteropServices;
using Bastion.Testing;
using Bastion.Testing.Processes;

namespace Bastion.Benchmarks.Measuring;

// Where and with what a benchmark ran: figures without it cannot be compared.
internal sealed record Machine(string Processor, int Cores, long MemoryMiB, string System, string Kernel, string Runtime, string OpenSsh, string Revision)
{
    public static async Task<Machine> DescribeAsync()
    {
        // ssh prints its version and OpenSSL's on stderr
        string openSsh = (await ProcessRunner.RunAsync(Programs.Ssh, "-V")).Error.Trim();
        ProcessResult revision = await ProcessRunner.RunAsync("git", "-C", Repository.Root, "describe", "--always", "--dirty");
        string processor = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("model name", StringComparison.Ordinal)).Split(':')[1].Trim();
        return new Machine(
            processor,
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20,
            RuntimeInformation.OSDescription,
            Environment.OSVersion.Version.ToString(),
            RuntimeInformation.FrameworkDescription,
            openSsh,
            revision.Output.Trim());
    }
}
