using System.CommandLine;
using Bastion.Cli.Admin;
using Bastion.Cli.Output;

namespace Bastion.Cli.Commands;

internal sealed class SessionCommand : Command
{
    private readonly Argument<string> _id = new("ID") { Description = "As in the listing" };

    private readonly Option<string?> _user = new("--user") { Description = "Only sessions of this user", HelpName = "USER" };

    private readonly Option<string?> _target = new("--target") { Description = "Only sessions on this target", HelpName = "TARGET" };

    private readonly Option<bool> _all = new("--all") { Description = "Ended sessions too, the newest first" };

    private readonly Option<string?> _reason = new("--reason") { Description = "Goes into the audit log", HelpName = "TEXT" };

    internal SessionCommand(BastionCommand bastion)
        : base("session", "Who is on which target")
    {
        Add(Subcommand.Make("list", "List live sessions", bastion.Run(ListAsync), _user, _target, _all));
        Add(Subcommand.Make("show", "Show one session", bastion.Run(ShowAsync), _id));
        Add(Subcommand.Make("kill", "End a live session at once", bastion.Run(KillAsync), _id, _reason));
    }

    private async Task<int> ListAsync(Invocation run, CancellationToken cancellationToken)
    {
        bool all = run.Get(_all);
        string path = ApiPath.WithQuery("sessions", ("live", all ? "false" : "true"), ("user", run.Get(_user)), ("target", run.Get(_target)));
        return run.PrintListing(
            await run.Api.GetAsync(path, cancellationToken),
            all ? "There were no sessions." : "There are no live sessions. Ended ones: bastion session list --all",
            new("ID", "id"), new("USER", "user"), new("TARGET", "target"), new("LOGIN", "login"), new("KIND", "kind"), new("FROM", "client_address"),
            new("STARTED", "started"), new("ENDED", "ended"), new("WHY", "end_reason"));
    }

    private async Task<int> ShowAsync(Invocation run, CancellationToken cancellationToken) => run.Print(
        await run.Api.GetAsync(ApiPath.Of("sessions", run.Get(_id)), cancellationToken),
        session => DetailView.Write(
            run.Environment, session,
            new("id", "id"), new("user", "user"), new("target", "target"), new("login", "login"), new("kind", "kind"), new("from", "client_address"),
            new("key", "fingerprint"), new("certificate", "serial"), new("rule", "access_rule"), new("revision", "revision"), new("node", "node"),
            new("started", "started"), new("ended", "ended"), new("why", "end_reason"), new("exit status", "exit_status"), new("bytes in", "bytes_in"),
            new("bytes out", "bytes_out"), new("connection", "connection_id")));

    private async Task<int> KillAsync(Invocation run, CancellationToken cancellationToken) => run.Print(
        await run.Api.DeleteAsync(ApiPath.WithQuery(ApiPath.Of("sessions", run.Get(_id)), ("reason", run.Get(_reason))), cancellationToken),
        _ => run.Print("Ended the session."));
}
