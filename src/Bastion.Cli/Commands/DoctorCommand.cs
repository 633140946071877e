using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bastion.Cli.Diagnosis;

namespace Bastion.Cli.Commands;

// Looks from outside (is there a data folder, does somebody answer) and then asks the bastion for what it sees from inside.
internal sealed class DoctorCommand : Command
{
    // Of the finding in which the bastion names its version.
    private const string VersionId = "version";

    // Shorter than the five seconds that container health checks are commonly given, so that a hung bastion is named and not just timed out.
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(4);

    private readonly Option<bool> _health = new("--health") { Description = "One line and an exit code only, for health checks of containers" };

    internal DoctorCommand(BastionCommand bastion)
        : base("doctor", "Look for what is wrong, and say how to mend it")
    {
        Add(_health);
        SetAction(bastion.Run((run, cancellationToken) => run.Get(_health) ? TellHealthAsync(run, cancellationToken) : ExamineAsync(run, cancellationToken)));
    }

    private static async Task<int> TellHealthAsync(Invocation run, CancellationToken cancellationToken)
    {
        (HttpStatusCode status, string body) = await run.ApiWithin(HealthTimeout).GetHealthAsync(cancellationToken);
        run.Print(body, health => run.Print(run.Cell(health, "status")));
        return status == HttpStatusCode.OK ? ExitCode.Done : ExitCode.Refused;
    }

    private static async Task<int> ExamineAsync(Invocation run, CancellationToken cancellationToken)
    {
        List<Finding> findings = [LocalChecks.Folder(run.DataFolder)];
        findings.AddRange(await AskAsync(run, cancellationToken));
        if (run.Json)
        {
            run.Print(new JsonObject { ["items"] = new JsonArray([.. findings.Select(finding => finding.ToJson())]) }.ToJsonString());
        }
        else
        {
            Findings.Write(run.Environment, findings);
        }

        return Findings.ExitCodeOf(findings);
    }

    private static async Task<IReadOnlyList<Finding>> AskAsync(Invocation run, CancellationToken cancellationToken)
    {
        const string Id = "admin socket";
        try
        {
            IReadOnlyList<Finding> inside = Finding.ReadAll(await run.Api.GetAsync("doctor", cancellationToken));
            string? version = inside.FirstOrDefault(finding => finding.Id == VersionId)?.Detail;
            return
            [
                Finding.Ok(Id, run.DataFolder.Socket),
                LocalChecks.Clock(run.Api.ServerTime, run.Environment.Time),
                LocalChecks.Versions(version),
                .. inside,
            ];
        }
        catch (CliException exception)
        {
            return [Finding.Fail(Id, exception.Message, "see above; if it should be running, start it by hand and read what it says: Bastion.Server --config FILE"), LocalChecks.Versions(null)];
        }
        catch (JsonException)
        {
            return [Finding.Fail(Id, "the answer cannot be read", "install the same version of the bastion and of this program"), LocalChecks.Versions(null)];
        }
    }
}
