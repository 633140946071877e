using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bastion.Cli.Admin;
using Bastion.Cli.Output;

namespace Bastion.Cli.Commands;

internal sealed class UserCommand : Command
{
    private readonly Argument<string> _name = new("NAME") { Description = "Lower-case letters, digits, '.', '_' and '-'" };

    private readonly Option<string?> _groups = new("--groups") { Description = "Groups of the user; an empty text takes all away", HelpName = "A,B" };

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
        Add(Subcommand.Make("disable", "Lock a user out; all its certificates and keys are void for good", bastion.Run(DisableAsync), _name));
        Add(Subcommand.Make("enable", "Let a user in again, with new certificates and keys", bastion.Run(EnableAsync), _name));
    }

    private async Task<int> AddAsync(Invocation run, CancellationToken cancellationToken)
    {
        JsonObject body = Body(run);
        body["name"] = run.Get(_name);
        return run.Print(await run.Api.PostAsync("users", body, cancellationToken), user =>
        {
            string name = run.Cell(user, "name");
            run.Print($"Added the user {name}.");
            run.Print($"Next: bastion cert issue --user {name} --key FILE.pub");
        });
    }

    private static async Task<int> ListAsync(Invocation run, CancellationToken cancellationToken) => run.PrintListing(
        await run.Api.GetAsync("users", cancellationToken),
        "There are no users yet. Add one with: bastion user add NAME --groups GROUP",
        new("NAME", "name"), new("STATUS", "status"), new("GROUPS", "groups"), new("CREATED", "created"), new("ATTRIBUTES", "attributes"));

    private async Task<int> ShowAsync(Invocation run, CancellationToken cancellationToken) =>
        run.Print(await run.Api.GetAsync(ApiPath.Of("users", run.Get(_name)), cancellationToken), user => Show(run, user));

    private async Task<int> UpdateAsync(Invocation run, CancellationToken cancellationToken)
    {
        JsonObject body = Body(run);
        return body.Count == 0
            ? throw new CliException("There is nothing to change: give --groups or --attribute.", ExitCode.Usage)
            : run.Print(await run.Api.PatchAsync(ApiPath.Of("users", run.Get(_name)), body, cancellationToken), user => Show(run, user));
    }

    private async Task<int> DisableAsync(Invocation run, CancellationToken cancellationToken) => run.Print(
        await run.Api.PostAsync(ApiPath.Of("users", run.Get(_name), "disable"), null, cancellationToken),
        user => run.Print($"Disabled the user {run.Cell(user, "name")}; live sessions ended: {run.Cell(user, "sessions_ended")}."));

    private async Task<int> EnableAsync(Invocation run, CancellationToken cancellationToken) => run.Print(
        await run.Api.PostAsync(ApiPath.Of("users", run.Get(_name), "enable"), null, cancellationToken),
        user => run.Print($"Enabled the user {run.Cell(user, "name")}. Certificates and keys from before stay void: issue new ones."));

    private static void Show(Invocation run, JsonElement user) => DetailView.Write(
        run.Environment, user,
        new("name", "name"), new("status", "status"), new("groups", "groups"), new("attributes", "attributes"), new("created", "created"),
        new("id", "id"), new("epoch", "epoch"));

    private JsonObject Body(Invocation run)
    {
        JsonObject body = [];
        if (run.Get(_groups) is { } groups)
        {
            body["groups"] = new JsonArray([.. groups
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(group => JsonValue.Create(group))]);
        }

        if (run.Get(_attributes) is { Length: > 0 } pairs)
        {
            JsonObject attributes = [];
            foreach (string pair in pairs)
            {
                int equals = pair.IndexOf('=');
                if (equals <= 0)
                {
                    throw new CliException($"'{pair}' is not an attribute; write NAME=VALUE.", ExitCode.Usage);
                }

                attributes[pair[..equals]] = pair[(equals + 1)..];
            }

            body["attributes"] = attributes;
        }

        return body;
    }
}
