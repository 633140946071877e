using System.CommandLine;
using System.Text.Json.Nodes;

namespace Bastion.Cli.Commands;

internal sealed class UserCommand : Command
{
    private readonly Argument<string> _name = new("NAME") { Description = "Lower-case letters, digits, '.', '_' and '-'" };

    private readonly Option<string?> _groups = new("--groups") { Description = "Groups of the user, as a,b; an empty text takes all away", HelpName = "A,B" };

    private readonly Option<string[]> _attributes = new("--attribute")
    {
        Description = "What others call the user, as email=alice@example.com; may be repeated",
        HelpName = "NAME=VALUE",
    };

    internal UserCommand(BastionCommand bastion)
        : base("user", "People and jobs that may sign in")
    {
        Add(Subcommand.Make("add", "Add a user; its name is never given again", bastion.Run(AddAsync), _name, _groups, _attributes));
        Add(Subcommand.Make("list", "List the users", bastion.Run(ListAsync)));
        Add(Subcommand.Make("show", "Show one user", bastion.Run(ShowAsync), _name));
        Add(Subcommand.Make("update", "Replace groups or attributes of a user", bastion.Run(UpdateAsync), _name, _groups, _attributes));
        Add(Subcommand.Make("disable", "Lock a user out; all its certificates and keys are void for good", bastion.Run(run => SwitchAsync(run, "disable")), _name));
        Add(Subcommand.Make("enable", "Let a user in again, with new certificates and keys", bastion.Run(run => SwitchAsync(run, "enable")), _name));
    }

    private async Task<int> AddAsync(Invocation run)
    {
        JsonObject body = Body(run);
        body["name"] = run.Get(_name);
        string name = run.Get(_name);
        return run.Print(await run.Api.PostAsync("users", body), _ =>
        {
            run.Print($"Added the user {name}.");
            run.Print($"Next: bastion cert issue --user {name} --key FILE.pub");
        });
    }

    private static async Task<int> ListAsync(Invocation run) => run.PrintListing(
        await run.Api.GetAsync("users"),
        "There are no users yet. Add one with: bastion user add NAME --groups GROUP",
        new("NAME", "name"), new("STATUS", "status"), new("GROUPS", "groups"), new("ATTRIBUTES", "attributes"), new("CREATED", "created"), new("ID", "id"));

    private async Task<int> ShowAsync(Invocation run) =>
        run.Print(await run.Api.GetAsync(Path(run)), answer => Listing.WriteOne(run.Terminal, answer));

    private async Task<int> UpdateAsync(Invocation run)
    {
        JsonObject body = Body(run);
        if (body.Count == 0)
        {
            throw new CommandFailedException("Nothing to change: give --groups or --attribute.", ExitCode.Usage);
        }

        return run.Print(await run.Api.PatchAsync(Path(run), body), answer => Listing.WriteOne(run.Terminal, answer));
    }

    private async Task<int> SwitchAsync(Invocation run, string verb) =>
        run.Print(await run.Api.PostAsync($"{Path(run)}/{verb}"), _ => run.Print($"The user {run.Get(_name)} is {verb}d."));

    private string Path(Invocation run) => $"users/{Uri.EscapeDataString(run.Get(_name))}";

    private JsonObject Body(Invocation run)
    {
        JsonObject body = [];
        if (run.Get(_groups) is { } groups)
        {
            body["groups"] = new JsonArray([.. groups.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(group => JsonValue.Create(group))]);
        }

        if (run.Get(_attributes) is { Length: > 0 } pairs)
        {
            JsonObject attributes = [];
            foreach (string pair in pairs)
            {
                int equals = pair.IndexOf('=');
                if (equals <= 0)
                {
                    throw new CommandFailedException($"'{pair}' is not an attribute; write NAME=VALUE.", ExitCode.Usage);
                }

                attributes[pair[..equals]] = pair[(equals + 1)..];
            }

            body["attributes"] = attributes;
        }

        return body;
    }
}
