using System.CommandLine;
using System.Text.Json.Nodes;
using Bastion.Cli.Admin;
using Bastion.Cli.Certificates;

namespace Bastion.Cli.Commands;

internal sealed class KeyCommand : Command
{
    private readonly Argument<string> _file = new("FILE.pub") { Description = "The public key" };

    private readonly Argument<string> _fingerprint = new("FINGERPRINT") { Description = "As in the listing: SHA256:…" };

    private readonly Option<string> _user = new("--user") { Description = "Owner of the key", HelpName = "USER", Required = true };

    private readonly Option<string?> _ofUser = new("--user") { Description = "Only keys of this user", HelpName = "USER" };

    // No default: whoever enrols a key that outlives a certificate decides for how long.
    private readonly Option<string> _expires = new("--expires")
    {
        Description = "When it ends: after a duration (90d) or on a date (2027-01-31)",
        HelpName = "WHEN",
        Required = true,
    };

    internal KeyCommand(BastionCommand bastion)
        : base("key", "Plain public keys, for clients without certificates")
    {
        Add(Subcommand.Make("add", "Enrol a key, or renew it", bastion.Run(AddAsync), _file, _user, _expires));
        Add(Subcommand.Make("list", "List the enrolled keys", bastion.Run(ListAsync), _ofUser));
        Add(Subcommand.Make("remove", "Remove a key", bastion.Run(RemoveAsync), _fingerprint));
    }

    private async Task<int> AddAsync(Invocation run, CancellationToken cancellationToken)
    {
        string path = run.Environment.FullPath(run.Get(_file));
        JsonObject body = new() { ["user"] = run.Get(_user), ["key"] = PublicKeyFile.Read(path), ["expires"] = run.Get(_expires) };
        return run.Print(await run.Api.PostAsync("keys", body, cancellationToken), key =>
        {
            run.Print($"Enrolled {run.Cell(key, "id")} for {run.Cell(key, "user")} until {run.Cell(key, "expires")}.");
            run.Print(SshLine.ToTry(key, path));
        });
    }

    private async Task<int> ListAsync(Invocation run, CancellationToken cancellationToken) => run.PrintListing(
        await run.Api.GetAsync(ApiPath.WithQuery("keys", ("user", run.Get(_ofUser))), cancellationToken),
        "No keys are enrolled. Certificates are the better way: bastion cert issue --user USER --key FILE.pub",
        new("USER", "user"), new("FINGERPRINT", "id"), new("TYPE", "type"), new("EXPIRES", "expires"), new("ADDED", "added"), new("BY", "added_by"),
        new("COMMENT", "comment"));

    private async Task<int> RemoveAsync(Invocation run, CancellationToken cancellationToken) => run.Print(
        await run.Api.DeleteAsync(ApiPath.WithQuery("keys", ("fingerprint", run.Get(_fingerprint))), cancellationToken),
        removed => run.Print($"Removed the key; live sessions ended: {run.Cell(removed, "sessions_ended")}."));
}
