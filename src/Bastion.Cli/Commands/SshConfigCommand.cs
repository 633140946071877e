using System.CommandLine;
using Bastion.Cli.Admin;
using Bastion.Cli.Output;

namespace Bastion.Cli.Commands;

internal sealed class SshConfigCommand : Command
{
    private const string Config = "config";
    private const string KnownHosts = "known-hosts";

    private readonly Option<string?> _identity = new("--identity") { Description = "The key to sign in with, such as ~/.ssh/id_ed25519", HelpName = "FILE" };

    private readonly Option<string?> _only = new("--only") { Description = "Print one of the two alone" };

    internal SshConfigCommand(BastionCommand bastion)
        : base("ssh-config", "The lines for a client's ~/.ssh/config and ~/.ssh/known_hosts")
    {
        _only.AcceptOnlyFromAmong(Config, KnownHosts);
        Add(_identity);
        Add(_only);
        SetAction(bastion.Run(PrintAsync));
    }

    private async Task<int> PrintAsync(Invocation run, CancellationToken cancellationToken) => run.Print(
        await run.Api.GetAsync(ApiPath.WithQuery("ssh-config", ("identity", run.Get(_identity))), cancellationToken),
        setup =>
        {
            // Lines are part of these texts, and must stay what they are.
            string config = CellText.Unescaped(setup, "ssh_config");
            string knownHosts = CellText.Unescaped(setup, "known_hosts");
            run.Environment.Output.Write(run.Get(_only) switch
            {
                Config => config,
                KnownHosts => knownHosts,
                _ => $"# for ~/.ssh/config (bastion ssh-config --only {Config})\n{config}\n# for ~/.ssh/known_hosts (bastion ssh-config --only {KnownHosts})\n{knownHosts}",
            });
        });
}
