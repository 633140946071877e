using System.CommandLine;

namespace Bastion.Cli.Commands;

internal sealed class TargetCommand : Command
{
    private readonly Argument<string> _name = new("TARGET") { Description = "As in the listing" };

    private readonly Option<string?> _login = new("--login") { Description = "Account on the target to sign in as; without it, up to the host key", HelpName = "NAME" };

    internal TargetCommand(BastionCommand bastion)
        : base("target", "Machines and commands behind the bastion")
    {
        Add(Subcommand.Make("list", "List the targets of the configuration", bastion.Run(ListAsync)));
        Add(Subcommand.Make("check", "Go the way to a target: reach it, check its host key, sign in", bastion.Run(CheckAsync), _name, _login));
    }

    private static async Task<int> ListAsync(Invocation run) => run.PrintListing(
        await run.Api.GetAsync("targets"),
        "There are no targets. Add some under 'targets' in the configuration.",
        new("NAME", "id"), new("KIND", "kind"), new("WHERE", "where"), new("TRUST", "trust"), new("LABELS", "labels"));

    private async Task<int> CheckAsync(Invocation run)
    {
        string query = run.Get(_login) is { } login ? $"?login={Uri.EscapeDataString(login)}" : "";
        string answer = await run.Api.PostAsync($"targets/{Uri.EscapeDataString(run.Get(_name))}/check{query}");
        run.Print(answer, text => Findings.Write(run.Terminal, text));
        return Findings.AnyFailed(answer) ? ExitCode.Refused : ExitCode.Done;
    }
}
