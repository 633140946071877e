using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests.Cli;

/// <summary>bastion ssh-config, ca and target: what clients and targets need, and whether it works.</summary>
public sealed class SetupTests(CliBastion cli) : IClassFixture<CliBastion>
{
    [Fact(Timeout = 60_000)]
    public async Task SshConfig_AsPrinted_ReachesATargetBehindTheBastion()
    {
        using var client = new OpenSshClient();
        await cli.Bastion.AddUserAsync("lea", "dev");
        KeyFile key = await cli.Bastion.IssueAsync(client.Folder, "lea");

        client.Trust((await cli.CliAsync(0, "ssh-config", "--only", "known-hosts")).Output);
        client.AddBlock((await cli.CliAsync(0, "ssh-config", "--only", "config", "--identity", key.Path)).Output);

        Assert.Equal("behind\n", (await client.SshAsync($"{World.Login}@web1", "echo behind")).ShouldExit().Output);
    }

    // An authority for * could pose as every host that the client talks to.
    [Fact(Timeout = 60_000)]
    public async Task SshConfig_TrustsTheRegisteredNamesAlone()
    {
        string[] lines = (await cli.CliAsync(0, "ssh-config", "--only", "known-hosts")).Output.TrimEnd('\n').Split('\n');

        Assert.Equal(
            [$"@cert-authority [127.0.0.1]:{cli.Bastion.Port}", "@cert-authority web1,west1"],
            lines.Select(line => string.Join(' ', line.Split(' ')[..2])));
        Assert.All(lines, line => Assert.Contains(cli.Bastion.Authority("host"), line, StringComparison.Ordinal));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("client")]
    [InlineData("target")]
    [InlineData("host")]
    public async Task CaShow_OfOne_IsItsPublicKeyAlone(string name)
    {
        string line = (await cli.CliAsync(0, "ca", "show", name)).Output;

        Assert.StartsWith(cli.Bastion.Authority(name), line, StringComparison.Ordinal);
        Assert.Single(line.TrimEnd('\n').Split('\n'));
    }

    [Fact(Timeout = 60_000)]
    public async Task CaShow_HasThePublicHalvesOfThree() =>
        Assert.Equal(4, (await cli.CliAsync(0, "ca", "show")).Output.TrimEnd('\n').Split('\n').Length);

    [Fact(Timeout = 60_000)]
    public async Task TargetCheck_TargetThatWorks_IsOkUpToTheSignIn()
    {
        ProcessResult result = await cli.CliAsync(0, "target", "check", "web1", "--login", World.Login);

        Assert.All(result.Output.TrimEnd('\n').Split('\n'), line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task TargetCheck_NobodyListens_FailsAndNamesAFix()
    {
        string[] lines = (await cli.CliAsync(1, "target", "check", "west1")).Output.TrimEnd('\n').Split('\n');

        Assert.StartsWith("failed  reach  ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("        fix: ", lines[1], StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task TargetCheck_UnknownTarget_IsRefused() =>
        Assert.StartsWith("bastion: There is no target 'web9'.", (await cli.CliAsync(1, "target", "check", "web9")).Error, StringComparison.Ordinal);

    [Fact(Timeout = 60_000)]
    public async Task TargetList_HasTheConfiguredOnes()
    {
        string[] names = [.. (await cli.JsonAsync("target", "list")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

        Assert.Equal(["web1", "west1"], names);
        Assert.StartsWith("NAME   KIND  WHERE ", (await cli.CliAsync(0, "target", "list")).Output, StringComparison.Ordinal);
    }
}
