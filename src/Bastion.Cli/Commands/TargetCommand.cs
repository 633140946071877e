using System.CommandLine;

namespace Bastion.Cli.Commands;

internal sealed class TargetCommand : Command
{
    internal TargetCommand(BastionCommand bastion)
        : base("target", "Machines and commands behind the bastion") =>
        Add(Subcommand.Make("list", "List the targets of the configuration", bastion.Run(ListAsync)));

    private static async Task<int> ListAsync(Invocation run) => run.PrintListing(
        await run.Api.GetAsync("targets"),
        "There are no targets. Add some under 'targets' in the configuration.",
        new("NAME", "id"), new("KIND", "kind"), new("WHERE", "where"), new("TRUST", "trust"), new("LABELS", "labels"));
}
