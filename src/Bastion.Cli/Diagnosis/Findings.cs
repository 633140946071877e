using Bastion.Cli.Output;

namespace Bastion.Cli.Diagnosis;

internal static class Findings
{
    internal static int ExitCodeOf(IReadOnlyList<Finding> findings) =>
        findings.Any(finding => finding.Failed) ? ExitCode.Refused : ExitCode.Done;

    // A line for each; the fix stands below what it mends.
    internal static void Write(CliEnvironment environment, IReadOnlyList<Finding> findings)
    {
        int status = findings.Max(finding => finding.Status.Length);
        int id = findings.Max(finding => finding.Id.Length);
        foreach (Finding finding in findings)
        {
            environment.Output.WriteLine(
                $"{SafeText.Escape(finding.Status).PadRight(status)}  {SafeText.Escape(finding.Id).PadRight(id)}  {SafeText.Escape(finding.Detail)}");
            if (finding.Fix is { } fix)
            {
                environment.Output.WriteLine($"{new string(' ', status)}  fix: {SafeText.Escape(fix)}");
            }
        }
    }
}
