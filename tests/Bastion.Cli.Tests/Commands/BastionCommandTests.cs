using Bastion.Testing;
using Xunit;

namespace Bastion.Cli.Tests.Commands;

public sealed class BastionCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Cli _cli;

    public BastionCommandTests() => _cli = new Cli(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 30_000)]
    [InlineData("nonsense", "bastion: There is no command or option 'nonsense'. See: bastion --help\n")]
    [InlineData("cert nonsense", "bastion: There is no command or option 'nonsense'. See: bastion cert --help\n")]
    [InlineData("user list --nonsense", "bastion: Unrecognized command or argument '--nonsense'. See: bastion user list --help\n")]
    [InlineData("user add", "bastion: Required argument 'NAME' missing for command: 'add'. See: bastion user add --help\n")]
    [InlineData("cert issue --user alice", "bastion: Option '--key' is required. See: bastion cert issue --help\n")]
    [InlineData("key add id.pub --user alice", "bastion: Option '--expires' is required. See: bastion key add --help\n")]
    [InlineData("ca show other", "bastion: Argument 'other' not recognized. Must be one of: 'client' 'target' 'host' See: bastion ca show --help\n")]
    [InlineData("user update alice", "bastion: There is nothing to change: give --groups or --attribute.\n")]
    [InlineData("user add alice --attribute email", "bastion: 'email' is not an attribute; write NAME=VALUE.\n")]
    [InlineData("user show ..", "bastion: '..' is no name.\n")]
    public async Task Invoke_WrongCommandLine_SaysSoInOneLineAndExits2(string line, string error)
    {
        int exitCode = await _cli.RunAsync(line.Split(' '));

        Assert.Equal((2, "", error), (exitCode, _cli.Output, _cli.Error));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("", "  doctor ")]
    [InlineData("user", "  disable <NAME>")]
    [InlineData("cert", "  issue ")]
    [InlineData("session", "  kill <ID>")]
    public async Task Invoke_GroupWithoutCommand_ShowsItsHelpOnStandardErrorAndExits2(string line, string shown)
    {
        int exitCode = await _cli.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((2, ""), (exitCode, _cli.Output));
        Assert.Contains(shown, _cli.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Invoke_Help_NamesEveryCommandAndExits0()
    {
        int exitCode = await _cli.RunAsync("--help");

        Assert.Equal((0, ""), (exitCode, _cli.Error));
        foreach (string command in (string[])["user", "key", "cert", "ca", "ssh-config", "target", "session", "doctor"])
        {
            Assert.Contains($"\n  {command} ", _cli.Output, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Invoke_ControlCharactersInAnArgument_AreShownAndNotSent()
    {
        await _cli.RunAsync("\u001b[31mred\u0007");

        Assert.Equal("bastion: There is no command or option '\\u001b[31mred\\u0007'. See: bastion --help\n", _cli.Error);
    }

    // A response file would be read in place of the word.
    [Fact(Timeout = 30_000)]
    public async Task Invoke_WordThatBeginsWithAt_IsAWord()
    {
        string file = _folder.Write("words", "list");

        Assert.Equal(2, await _cli.RunAsync("user", $"@{file}"));

        Assert.Contains($"'@{file}'", _cli.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task CertIssue_PrivateKeyGiven_IsRefusedWithoutShowingIt()
    {
        string path = _folder.Write("id", "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n");

        int exitCode = await _cli.RunAsync("cert", "issue", "--user", "alice", "--key", "id", "--data-dir", "nowhere");

        Assert.Equal((2, "", $"bastion: {path} is a private key. Give its public half, most likely {path}.pub\n"), (exitCode, _cli.Output, _cli.Error));
    }
}
