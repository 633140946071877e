using System.Text.Json;
using Bastion.Cli.Certificates;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.Cli.Tests.Certificates;

public sealed class SshLineTests
{
    [Theory]
    [InlineData("""{"destination":"-p 2222 deploy@web1@b"}""", "/k/id.pub", null, "Try: ssh -i /k/id -p 2222 deploy@web1@b")]
    [InlineData("""{"destination":"a@b"}""", "/k/id.pub", "/k/id-cert.pub", "Try: ssh -i /k/id a@b")]
    [InlineData("""{"destination":"a@b"}""", "/k/id.pub", "/c/x-cert.pub", "Try: ssh -i /k/id -o CertificateFile=/c/x-cert.pub a@b")]
    [InlineData("""{"destination":null}""", "/k/id.pub", null, "No access rule lets this user in anywhere yet: add one under 'access' in the configuration.")]
    public void ToTry_NamesKeyAndDestination(string answer, string key, string? certificate, string line)
    {
        using JsonDocument document = JsonDocument.Parse(answer);

        Assert.Equal(line, SshLine.ToTry(document.RootElement, key, certificate));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/home/alice/.ssh/id_ed25519")]
    [InlineData("/home/alice smith/it's $HOME/`id`;*")]
    [InlineData("~")]
    [InlineData("")]
    public async Task Quote_AnyWord_IsThatWordForTheShell(string word)
    {
        ProcessResult result = await ProcessRunner.RunAsync("/bin/sh", "-c", $"printf %s {SshLine.Quote(word)}");

        Assert.Equal(word, result.ShouldExit().Output);
    }
}
