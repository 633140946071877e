using System.CommandLine;
using System.Text.Json;
using Bastion.Cli.Output;

namespace Bastion.Cli.Commands;

internal sealed class CaCommand : Command
{
    private readonly Argument<string?> _name = new("NAME")
    {
        Description = "Print the public key of this one alone, for TrustedUserCAKeys and the like",
        Arity = ArgumentArity.ZeroOrOne,
    };

    internal CaCommand(BastionCommand bastion)
        : base("ca", "The bastion's certificate authorities")
    {
        _name.AcceptOnlyFromAmong("client", "target", "host");
        Add(Subcommand.Make("show", "Show their public halves", bastion.Run(ShowAsync), _name));
    }

    private async Task<int> ShowAsync(Invocation run, CancellationToken cancellationToken)
    {
        string answer = await run.Api.GetAsync("cas", cancellationToken);
        if (run.Find(_name) is not { } name)
        {
            return run.PrintListing(
                answer, "", new("NAME", "id"), new("FINGERPRINT", "fingerprint"), new("USE", "use"), new("PUBLIC KEY", "public_key"));
        }

        using JsonDocument authorities = JsonDocument.Parse(answer);
        foreach (JsonElement authority in authorities.RootElement.GetProperty("items").EnumerateArray())
        {
            if (CellText.Unescaped(authority, "id") == name)
            {
                return run.Print(authority.GetRawText(), _ => run.Print(run.Cell(authority, "public_key")));
            }
        }

        throw new CliException($"This bastion has no {name} authority. List them with: bastion ca show");
    }
}
