using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests.Cli;

/// <summary>bastion cert: what is issued, where it lies, and that ssh takes it.</summary>
public sealed class CertTests(CliBastion cli) : IClassFixture<CliBastion>
{
    [Fact(Timeout = 60_000)]
    public async Task Issue_ForAKey_LiesBesideItAndTheLineToTryWorks()
    {
        using var client = new OpenSshClient();
        await cli.Bastion.AddUserAsync("ada", "dev");
        KeyFile key = await SshKeygen.GenerateAsync(client.Folder, "id");

        ProcessResult issued = await cli.CliAsync(0, "cert", "issue", "--user", "ada", "--key", key.PublicPath);

        Assert.StartsWith($"Wrote {key.CertificatePath}: certificate ", issued.Output, StringComparison.Ordinal);
        Assert.Equal("644", Convert.ToString((int)File.GetUnixFileMode(key.CertificatePath), 8));
        string[] lines = issued.Output.TrimEnd('\n').Split('\n');
        Assert.StartsWith($"Try: ssh -i {key.Path} ", lines[1], StringComparison.Ordinal);
        client.Trust((await cli.CliAsync(0, "ssh-config", "--only", "known-hosts")).Output);
        string[] words = lines[1].Split(' ')[2..];
        Assert.Equal("works\n", (await client.SshAsync([.. words, "echo", "works"])).ShouldExit().Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task Issue_WithLimits_CarriesThem()
    {
        using var folder = new TempFolder();
        await cli.Bastion.AddUserAsync("bea");
        KeyFile key = await SshKeygen.GenerateAsync(folder, "id");

        await cli.CliAsync(
            0, "cert", "issue", "--user", "bea", "--key", key.PublicPath, "--ttl", "30m", "--source-address", "192.0.2.0/24", "--source-address",
            "2001:db8::/32", "--force-command", "uptime -p");

        string shown = (await ProcessRunner.RunAsync(Programs.SshKeygen, "-L", "-f", key.CertificatePath)).ShouldExit().Output;
        Assert.Contains("force-command uptime -p\n", shown, StringComparison.Ordinal);
        Assert.Contains("source-address 192.0.2.0/24,2001:db8::/32\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("permit-", shown, StringComparison.Ordinal);
        string status = (await cli.CliAsync(0, "cert", "show", key.Path)).Output;
        Assert.Matches("Status: valid for (29m|30m 0s)", status);
    }

    [Fact(Timeout = 60_000)]
    public async Task Issue_ToStandardOutput_IsTheCertificateAlone()
    {
        using var folder = new TempFolder();
        await cli.Bastion.AddUserAsync("cid");
        KeyFile key = await SshKeygen.GenerateAsync(folder, "id");

        ProcessResult result = await cli.CliAsync(0, "cert", "issue", "--user", "cid", "--key", key.PublicPath, "--out", "-");

        Assert.Matches("^ssh-ed25519-cert-v01@openssh.com [A-Za-z0-9+/=]+ id\n$", result.Output);
        Assert.Contains("valid until", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(key.CertificatePath));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("nobody-here", "1h", 1, "There is no user 'nobody-here'.")]
    [InlineData("dan", "99d", 1, "certificates.max_ttl")]
    [InlineData("dan", "soon", 2, "'soon' is not a duration")]
    public async Task Issue_Refused_SaysWhyAndWritesNothing(string user, string ttl, int exitCode, string message)
    {
        using var folder = new TempFolder();
        await cli.Bastion.CliAsync("user", "add", "dan");
        KeyFile key = await SshKeygen.GenerateAsync(folder, "id");

        ProcessResult result = await cli.CliAsync(exitCode, "cert", "issue", "--user", user, "--key", key.PublicPath, "--ttl", ttl);

        Assert.Equal("", result.Output);
        Assert.Contains(message, Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(key.CertificatePath));
    }

    [Fact(Timeout = 60_000)]
    public async Task List_OfAUser_HasWhatWasIssued()
    {
        using var folder = new TempFolder();
        await cli.Bastion.AddUserAsync("eve");
        KeyFile key = await SshKeygen.GenerateAsync(folder, "id");
        string serial = (await cli.JsonAsync("cert", "issue", "--user", "eve", "--key", key.PublicPath)).GetProperty("id").GetString()!;

        Assert.Equal("eve", (await cli.ItemAsync(serial, "cert", "list", "--user", "eve")).GetProperty("user").GetString());
        string[] table = (await cli.CliAsync(0, "cert", "list", "--user", "eve")).Output.TrimEnd('\n').Split('\n');
        Assert.StartsWith("SERIAL ", table[0], StringComparison.Ordinal);
        Assert.StartsWith($"{serial} ", Assert.Single(table[1..]), StringComparison.Ordinal);
    }
}
