using System.CommandLine;
using System.Text.Json;

namespace Bastion.Cli.Commands;

internal sealed class SshConfigCommand : Command
{
    private readonly Option<string?> _identity = new("--identity") { Description = "The key to sign in with, such as ~/.ssh/id_ed25519", HelpName = "FILE" };

    private readonly Option<string?> _only = new("--only") { Description = "Print one part alone: config or known-hosts", HelpName = "PART" };

    internal SshConfigCommand(BastionCommand bastion)
        : base("ssh-config", "The lines for a client's ~/.ssh/config and ~/.ssh/known_hosts")
    {
        _only.AcceptOnlyFromAmong("config", "known-hosts");
        Add(_identity);
        Add(_only);
        SetAction(bastion.Run(PrintAsync));
    }

    private async Task<int> PrintAsync(Invocation run)
    {
        string query = run.Get(_identity) is { } identity ? $"?identity={Uri.EscapeDataString(identity)}" : "";
        return run.Print(await run.Api.GetAsync($"ssh-config{query}"), answer =>
        {
            using JsonDocument lines = JsonDocument.Parse(answer);
            string config = lines.RootElement.GetProperty("ssh_config").GetString()!;
            string knownHosts = lines.RootElement.GetProperty("known_hosts").GetString()!;
            run.Terminal.Output.Write(run.Get(_only) switch
            {
                "config" => config,
                "known-hosts" => knownHosts,
                _ => $"# ~/.ssh/config\n{config}\n# ~/.ssh/known_hosts\n{knownHosts}",
            });
        });
    }
}
