using System.CommandLine;
using Bastion.Cli.Admin;
using Bastion.Cli.Diagnosis;

namespace Bastion.Cli.Commands;

internal sealed class TargetCommand : Command
{
    // The bastion dials with its own timeout and retries (dial.*), by default three times ten seconds.
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(60);

    private readonly Argument<string> _name = new("NAME") { Description = "As in the listing" };

    private readonly Option<string?> _login = new("--login")
    {
        Description = "Sign in too, as this account on the target; without it, the check ends with the host key",
        HelpName = "NAME",
    };

    internal TargetCommand(BastionCommand bastion)
        : base("target", "Machines and programs behind the bastion")
    {
        Add(Subcommand.Make("list", "List the targets of the configuration", bastion.Run(ListAsync)));
        Add(Subcommand.Make("check", "Go the way of a session to a target, and say what is wrong on it", bastion.Run(CheckAsync), _name, _login));
    }

    private static async Task<int> ListAsync(Invocation run, CancellationToken cancellationToken) => run.PrintListing(
        await run.Api.GetAsync("targets", cancellationToken),
        "There are no targets. Add some under 'targets' in the configuration.",
        new("NAME", "id"), new("KIND", "kind"), new("WHERE", "where"), new("TRUST", "trust"), new("LABELS", "labels"));

    private async Task<int> CheckAsync(Invocation run, CancellationToken cancellationToken)
    {
        string path = ApiPath.WithQuery(ApiPath.Of("targets", run.Get(_name), "check"), ("login", run.Get(_login)));
        string answer = await run.ApiWithin(CheckTimeout).PostAsync(path, null, cancellationToken);
        IReadOnlyList<Finding> findings = Finding.ReadAll(answer);
        run.Print(answer, _ => Findings.Write(run.Environment, findings));
        return Findings.ExitCodeOf(findings);
    }
}
