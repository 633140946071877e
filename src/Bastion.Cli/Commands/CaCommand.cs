using System.CommandLine;
using System.Text.Json;

namespace Bastion.Cli.Commands;

internal sealed class CaCommand : Command
{
    private readonly Argument<string?> _name = new("NAME")
    {
        Description = "client, target or host: print its public key alone, for TrustedUserCAKeys and the like",
        Arity = ArgumentArity.ZeroOrOne,
    };

    internal CaCommand(BastionCommand bastion)
        : base("ca", "The bastion's certificate authorities") =>
        Add(Subcommand.Make("show", "Show their public halves", bastion.Run(ShowAsync), _name));

    private async Task<int> ShowAsync(Invocation run)
    {
        string answer = await run.Api.GetAsync("cas");
        if (run.Find(_name) is not { } name)
        {
            return run.PrintListing(answer, "", new("NAME", "id"), new("FINGERPRINT", "fingerprint"), new("USE", "use"), new("PUBLIC KEY", "public_key"));
        }

        using JsonDocument authorities = JsonDocument.Parse(answer);
        foreach (JsonElement authority in authorities.RootElement.GetProperty("items").EnumerateArray())
        {
            if (authority.GetProperty("id").GetString() == name)
            {
                return run.Print(authority.GetRawText(), _ => run.Print(Listing.Show(authority, "public_key")));
            }
        }

        throw new CommandFailedException($"There is no authority '{name}'; the three are client, target and host.", ExitCode.Usage);
    }
}
