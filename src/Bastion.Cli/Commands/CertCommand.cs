using System.CommandLine;
using System.Text.Json.Nodes;
using Bastion.Cli.Admin;
using Bastion.Cli.Certificates;
using Bastion.Ssh;

namespace Bastion.Cli.Commands;

internal sealed class CertCommand : Command
{
    private readonly Option<string?> _user = new("--user") { Description = "Only certificates of this user", HelpName = "USER" };

    private readonly Argument<string> _file = new("FILE") { Description = "A certificate, or the key that it lies beside" };

    internal CertCommand(BastionCommand bastion)
        : base("cert", "Certificates that users sign in with")
    {
        Add(new CertIssueCommand(bastion));
        Add(Subcommand.Make("list", "List the certificates that were issued", bastion.Run(ListAsync), _user));
        Add(Subcommand.Make("show", "Show what a certificate says; needs no bastion", bastion.Run(ShowAsync), _file));
    }

    private async Task<int> ListAsync(Invocation run, CancellationToken cancellationToken) => run.PrintListing(
        await run.Api.GetAsync(ApiPath.WithQuery("certificates", ("user", run.Get(_user))), cancellationToken),
        "No certificates were issued. Issue one with: bastion cert issue --user USER --key FILE.pub",
        new("SERIAL", "id"), new("USER", "user"), new("VALID UNTIL", "valid_before"), new("ISSUED", "issued"), new("BY", "issued_by"),
        new("SOURCE", "source_address"), new("COMMAND", "force_command"), new("KEY", "fingerprint"));

    private Task<int> ShowAsync(Invocation run, CancellationToken cancellationToken)
    {
        (string path, IReadOnlyList<SshCertificate> certificates) = CertificateFile.Read(run.Environment.FullPath(run.Get(_file)));
        if (run.Json)
        {
            JsonArray items = new([.. certificates.Select(certificate => CertificateJson.Of(certificate, run.Environment.Time))]);
            run.Print(new JsonObject { ["items"] = items }.ToJsonString());
            return Task.FromResult(ExitCode.Done);
        }

        run.Print($"{path}:");
        foreach (SshCertificate certificate in certificates)
        {
            CertificateText.Write(run.Environment, certificate);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
