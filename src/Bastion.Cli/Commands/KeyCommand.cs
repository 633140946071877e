using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bastion.Cli.Commands;

internal sealed class KeyCommand : Command
{
    private readonly Argument<string> _file = new("FILE.pub") { Description = "The public key" };

    private readonly Argument<string> _fingerprint = new("FINGERPRINT") { Description = "As in the listing: SHA256:…" };

    private readonly Option<string> _user = new("--user") { Description = "Owner of the key", HelpName = "USER", Required = true };

    private readonly Option<string?> _ofUser = new("--user") { Description = "Only keys of this user", HelpName = "USER" };

    // A quarter: long enough not to be a nuisance, short enough that a forgotten key dies.
    private readonly Option<string> _expires = new("--expires")
    {
        Description = "When it ends: a duration (90d) or a date (2027-01-31)",
        HelpName = "WHEN",
        DefaultValueFactory = _ => "90d",
    };

    internal KeyCommand(BastionCommand bastion)
        : base("key", "Plain public keys, for clients without certificates")
    {
        Add(Subcommand.Make("add", "Enrol a key, or renew it", bastion.Run(AddAsync), _file, _user, _expires));
        Add(Subcommand.Make("list", "List the enrolled keys", bastion.Run(ListAsync), _ofUser));
        Add(Subcommand.Make("remove", "Remove a key", bastion.Run(RemoveAsync), _fingerprint));
    }

    private async Task<int> AddAsync(Invocation run)
    {
        string path = run.FullPath(run.Get(_file));
        JsonObject body = new() { ["user"] = run.Get(_user), ["key"] = PublicKeyFile.Read(path), ["expires"] = run.Get(_expires) };
        return run.Print(await run.Api.PostAsync("keys", body), answer =>
        {
            using JsonDocument key = JsonDocument.Parse(answer);
            run.Print($"Enrolled {Listing.Show(key.RootElement, "id")} for {run.Get(_user)} until {Listing.Show(key.RootElement, "expires")}.");
            CertCommand.PrintTry(run, key.RootElement, path, run.Get(_user)!);
        });
    }

    private async Task<int> ListAsync(Invocation run)
    {
        string query = run.Get(_ofUser) is { } user ? $"?user={Uri.EscapeDataString(user)}" : "";
        return run.PrintListing(
            await run.Api.GetAsync($"keys{query}"),
            "No keys are enrolled. Certificates are the better way: bastion cert issue --user USER --key FILE.pub",
            new("USER", "user"), new("FINGERPRINT", "id"), new("TYPE", "type"), new("COMMENT", "comment"), new("ADDED", "added"), new("BY", "added_by"), new("EXPIRES", "expires"));
    }

    private async Task<int> RemoveAsync(Invocation run) => run.Print(
        await run.Api.DeleteAsync($"keys?fingerprint={Uri.EscapeDataString(run.Get(_fingerprint))}"), _ => run.Print("Removed the key."));
}
