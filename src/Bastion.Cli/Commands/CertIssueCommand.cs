using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bastion.Cli.Certificates;
using Bastion.Cli.Output;

namespace Bastion.Cli.Commands;

internal sealed class CertIssueCommand : Command
{
    // As in other programs: the certificate itself goes to standard output, and what there is to say about it to standard error.
    private const string StandardOutput = "-";

    private readonly Option<string> _user = new("--user") { Description = "Whom the certificate is for", HelpName = "USER", Required = true };

    private readonly Option<string> _key = new("--key") { Description = "The public key to certify", HelpName = "FILE.pub", Required = true };

    private readonly Option<string?> _ttl = new("--ttl") { Description = "Validity, such as 30m; default: the most that the bastion allows", HelpName = "8h" };

    private readonly Option<string[]> _sources = new("--source-address") { Description = "Network it may be used from; may be repeated", HelpName = "CIDR" };

    private readonly Option<string?> _command = new("--force-command") { Description = "The only command it may run", HelpName = "COMMAND" };

    private readonly Option<bool?> _pty = new("--pty") { Description = "Allow a terminal; default: yes, unless there is a forced command" };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Where to write it, - for standard output; default: FILE-cert.pub, where ssh looks for it",
        HelpName = "FILE",
    };

    internal CertIssueCommand(BastionCommand bastion)
        : base("issue", "Certify a user's public key")
    {
        Add(_user);
        Add(_key);
        Add(_ttl);
        Add(_sources);
        Add(_command);
        Add(_pty);
        Add(_out);
        SetAction(bastion.Run(IssueAsync));
    }

    private async Task<int> IssueAsync(Invocation run, CancellationToken cancellationToken)
    {
        string keyPath = run.Environment.FullPath(run.Get(_key)!);
        JsonObject body = Body(run, PublicKeyFile.Read(keyPath));
        string? path = run.Get(_out) switch
        {
            StandardOutput => null,
            { } named => run.Environment.FullPath(named),
            null => CertificateFile.PathFor(keyPath),
        };
        if (path is not null)
        {
            CertificateFile.CheckReplaceable(path);
        }

        string answer = await run.Api.PostAsync("certificates", body, cancellationToken);
        using JsonDocument issued = JsonDocument.Parse(answer);
        string certificate = CellText.Of(issued.RootElement, "certificate", run.Environment.Time);
        if (path is not null)
        {
            CertificateFile.Write(path, certificate);
        }

        if (run.Json)
        {
            run.Print(answer);
        }
        else if (path is not null)
        {
            Explain(run, run.Environment.Output, issued.RootElement, keyPath, path);
        }
        else
        {
            run.Print(certificate);
            Explain(run, run.Environment.Error, issued.RootElement, keyPath, null);
        }

        return ExitCode.Done;
    }

    private static void Explain(Invocation run, TextWriter output, JsonElement issued, string keyPath, string? path)
    {
        TimeSpan left = issued.GetProperty("valid_before").GetDateTimeOffset() - run.Environment.Time.GetUtcNow();
        string where = path is null ? "Issued" : $"Wrote {SafeText.Escape(path)}:";
        output.WriteLine($"{where} certificate {run.Cell(issued, "id")} of {run.Cell(issued, "user")}, "
            + $"valid until {run.Cell(issued, "valid_before")} ({TimeText.Duration(left)}).");
        output.WriteLine(SshLine.ToTry(issued, keyPath, path));
    }

    private JsonObject Body(Invocation run, string key)
    {
        JsonObject body = new() { ["user"] = run.Get(_user), ["key"] = key };
        if (run.Get(_ttl) is { } ttl)
        {
            body["ttl"] = ttl;
        }

        if (run.Get(_sources) is { Length: > 0 } sources)
        {
            body["source_addresses"] = new JsonArray([.. sources
                .SelectMany(source => source.Split(',', StringSplitOptions.TrimEntries))
                .Select(source => JsonValue.Create(source))]);
        }

        if (run.Get(_command) is { } command)
        {
            body["force_command"] = command;
        }

        if (run.Get(_pty) is { } pty)
        {
            body["permit_pty"] = pty;
        }

        return body;
    }
}
