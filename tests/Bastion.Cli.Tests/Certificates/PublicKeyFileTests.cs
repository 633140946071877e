using Bastion.Cli.Certificates;
using Bastion.Ssh;
using Bastion.Testing;
using Xunit;

namespace Bastion.Cli.Tests.Certificates;

public sealed class PublicKeyFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _line;

    public PublicKeyFileTests()
    {
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        _line = key.PublicKey.ToText("alice@laptop");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_OneKeyAmongRemarks_IsItsLine() =>
        Assert.Equal(_line, PublicKeyFile.Read(_folder.Write("id.pub", $"# mine\r\n\r\n{_line}\r\n")));

    [Theory]
    [InlineData("", "must hold one public key on one line")]
    [InlineData("LINE\nLINE\n", "must hold one public key on one line")]
    [InlineData("ssh-ed25519 AAAA\n", "is not a public key")]
    [InlineData("command=\"x\" LINE\n", "is not a public key")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n", "is a private key")]
    public void Read_AnythingElse_IsRefusedWithoutShowingIt(string text, string message)
    {
        string path = _folder.Write("id.pub", text.Replace("LINE", _line, StringComparison.Ordinal));

        CliException exception = Assert.Throws<CliException>(() => PublicKeyFile.Read(path));

        Assert.Equal(ExitCode.Usage, exception.ExitCode);
        Assert.Contains($"{path} {message}", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EndlessFile_IsGivenUp() =>
        Assert.Equal("/dev/zero is too long for a key or certificate.", Assert.Throws<CliException>(() => PublicKeyFile.Read("/dev/zero")).Message);

    [Fact]
    public void Read_NoFile_SaysSo() => Assert.StartsWith(
        $"{_folder.File("none")} cannot be read: ", Assert.Throws<CliException>(() => PublicKeyFile.Read(_folder.File("none"))).Message, StringComparison.Ordinal);
}
