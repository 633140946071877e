using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bastion.Cli.Commands;

internal sealed class CertCommand : Command
{
    private readonly Option<string> _user = new("--user") { Description = "Whom the certificate is for", HelpName = "USER", Required = true };

    private readonly Option<string?> _ofUser = new("--user") { Description = "Only certificates of this user", HelpName = "USER" };

    private readonly Option<string> _key = new("--key") { Description = "The public key to certify", HelpName = "FILE.pub", Required = true };

    private readonly Option<string?> _ttl = new("--ttl") { Description = "Validity, such as 30m; default: the most that the bastion allows", HelpName = "8h" };

    private readonly Option<string[]> _source = new("--source-address") { Description = "Network it may be used from; may be repeated", HelpName = "CIDR" };

    private readonly Option<string?> _command = new("--force-command") { Description = "The only command it may run", HelpName = "COMMAND" };

    private readonly Option<bool?> _pty = new("--pty") { Description = "Allow a terminal; default: yes, unless there is a forced command" };

    private readonly Option<string?> _out = new("--out") { Description = "Where to write it; default: FILE-cert.pub, where ssh looks for it", HelpName = "FILE" };

    private readonly Argument<string> _file = new("FILE") { Description = "A certificate, or the private or public key that it lies beside" };

    internal CertCommand(BastionCommand bastion)
        : base("cert", "Certificates that users sign in with")
    {
        Add(Subcommand.Make("issue", "Sign a user's public key", bastion.Run(IssueAsync), _user, _key, _ttl, _source, _command, _pty, _out));
        Add(Subcommand.Make("list", "List the certificates that were issued", bastion.Run(ListAsync), _ofUser));
        Add(Subcommand.Make("show", "Show what a certificate says; needs no bastion", bastion.Run(ShowAsync), _file));
    }

    // Where to go now, with the key that was just given: ssh finds the certificate beside it.
    internal static void PrintTry(Invocation run, JsonElement answer, string publicKeyPath, string user)
    {
        string identity = publicKeyPath.EndsWith(".pub", StringComparison.Ordinal) ? publicKeyPath[..^".pub".Length] : publicKeyPath;
        string destination = Listing.Show(answer, "destination");
        run.Print(destination.Length > 0
            ? $"Try: ssh -i {identity} {destination}"
            : $"No access rule lets {user} in anywhere yet: add one under 'access' in the configuration.");
    }

    private async Task<int> IssueAsync(Invocation run)
    {
        string keyPath = run.FullPath(run.Get(_key)!);
        string user = run.Get(_user)!;
        JsonObject body = new() { ["user"] = user, ["key"] = PublicKeyFile.Read(keyPath) };
        Set(body, "ttl", run.Get(_ttl));
        Set(body, "force_command", run.Get(_command));
        if (run.Get(_pty) is { } pty)
        {
            body["permit_pty"] = pty;
        }

        if (run.Get(_source) is { Length: > 0 } sources)
        {
            body["source_addresses"] = new JsonArray([.. sources.SelectMany(source => source.Split(',')).Select(source => JsonValue.Create(source))]);
        }

        string answer = await run.Api.PostAsync("certificates", body);
        using JsonDocument issued = JsonDocument.Parse(answer);
        string path = run.Get(_out) is { } outPath ? run.FullPath(outPath) : CertificateFile.PathFor(keyPath);
        Write(path, issued.RootElement.GetProperty("certificate").GetString()! + "\n");
        return run.Print(answer, _ =>
        {
            run.Print($"Wrote {path}: certificate {Listing.Show(issued.RootElement, "id")} of {user}, valid until {Listing.Show(issued.RootElement, "valid_before")}.");
            PrintTry(run, issued.RootElement, keyPath, user);
        });
    }

    private async Task<int> ListAsync(Invocation run)
    {
        string query = run.Get(_ofUser) is { } user ? $"?user={Uri.EscapeDataString(user)}" : "";
        return run.PrintListing(
            await run.Api.GetAsync($"certificates{query}"),
            "No certificates were issued. Issue one with: bastion cert issue --user USER --key FILE.pub",
            new("SERIAL", "id"), new("USER", "user"), new("ISSUED", "issued"), new("VALID UNTIL", "valid_before"), new("BY", "issued_by"), new("SOURCE", "source_address"), new("COMMAND", "force_command"), new("KEY", "fingerprint"));
    }

    private Task<int> ShowAsync(Invocation run)
    {
        JsonObject certificate = CertificateFile.Describe(run.FullPath(run.Get(_file)), run.Terminal.Time.GetUtcNow());
        return Task.FromResult(run.Print(certificate.ToJsonString(), answer => Listing.WriteOne(run.Terminal, answer)));
    }

    private static void Set(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    private static void Write(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The certificate was issued, but {path} cannot be written: {exception.Message} Name another file with --out.");
        }
    }
}
