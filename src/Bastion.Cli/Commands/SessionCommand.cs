using System.CommandLine;

namespace Bastion.Cli.Commands;

internal sealed class SessionCommand : Command
{
    private readonly Argument<string> _id = new("ID") { Description = "As in the listing" };

    private readonly Option<string?> _user = new("--user") { Description = "Only sessions of this user", HelpName = "USER" };

    private readonly Option<string?> _target = new("--target") { Description = "Only sessions on this target", HelpName = "TARGET" };

    private readonly Option<bool> _all = new("--all") { Description = "Ended sessions too" };

    private readonly Option<string?> _reason = new("--reason") { Description = "Goes into the audit log", HelpName = "TEXT" };

    internal SessionCommand(BastionCommand bastion)
        : base("session", "Who is on which target")
    {
        Add(Subcommand.Make("list", "List live sessions", bastion.Run(ListAsync), _user, _target, _all));
        Add(Subcommand.Make("show", "Show one session", bastion.Run(ShowAsync), _id));
        Add(Subcommand.Make("kill", "End a live session at once", bastion.Run(KillAsync), _id, _reason));
    }

    private async Task<int> ListAsync(Invocation run)
    {
        List<string> query = [$"live={(run.Get(_all) ? "false" : "true")}"];
        if (run.Get(_user) is { } user)
        {
            query.Add($"user={Uri.EscapeDataString(user)}");
        }

        if (run.Get(_target) is { } target)
        {
            query.Add($"target={Uri.EscapeDataString(target)}");
        }

        return run.PrintListing(
            await run.Api.GetAsync($"sessions?{string.Join('&', query)}"),
            run.Get(_all) ? "There were no sessions." : "There are no live sessions. Ended ones: bastion session list --all",
            new("ID", "id"), new("USER", "user"), new("TARGET", "target"), new("LOGIN", "login"), new("KIND", "kind"), new("FROM", "client_address"), new("STARTED", "started"), new("ENDED", "ended"), new("WHY", "end_reason"));
    }

    private async Task<int> ShowAsync(Invocation run) =>
        run.Print(await run.Api.GetAsync(Path(run)), answer => Listing.WriteOne(run.Terminal, answer));

    private async Task<int> KillAsync(Invocation run)
    {
        string query = run.Get(_reason) is { } reason ? $"?reason={Uri.EscapeDataString(reason)}" : "";
        return run.Print(await run.Api.DeleteAsync($"{Path(run)}{query}"), _ => run.Print($"Ended the session {run.Get(_id)}."));
    }

    private string Path(Invocation run) => $"sessions/{Uri.EscapeDataString(run.Get(_id))}";
}
