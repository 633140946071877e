using Bastion.Cli.Certificates;
using Bastion.Ssh;
using Bastion.Testing;
using Xunit;

namespace Bastion.Cli.Tests.Certificates;

public sealed class CertificateFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/k/id_ed25519.pub", "/k/id_ed25519-cert.pub")]
    [InlineData("/k/id_ed25519", "/k/id_ed25519-cert.pub")]
    [InlineData("/k/id_ed25519-cert.pub", "/k/id_ed25519-cert.pub")]
    public void PathFor_IsWhereSshLooks(string keyPath, string path) => Assert.Equal(path, CertificateFile.PathFor(keyPath));

    [Fact]
    public void Write_ReplacesWithAFileThatAllMayRead()
    {
        string path = _folder.Write("id-cert.pub", "old");

        CertificateFile.Write(path, "new");

        Assert.Equal("new\n", File.ReadAllText(path));
        Assert.Equal("644", Convert.ToString((int)File.GetUnixFileMode(path), 8));
        Assert.Equal([path], Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void Write_NotPossible_LeavesNothingBehindAndSaysThatItWasIssued()
    {
        string folder = Directory.CreateDirectory(_folder.File("taken")).FullName;

        CliException exception = Assert.Throws<CliException>(() => CertificateFile.Write(folder, "new"));

        Assert.StartsWith($"The certificate was issued, but {folder} cannot be written: ", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void CheckReplaceable_PrivateKey_IsLeftAlone()
    {
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        string path = _folder.Write("id", OpenSshPrivateKeyFile.Write(key, ""));

        CliException exception = Assert.Throws<CliException>(() => CertificateFile.CheckReplaceable(path));

        Assert.Equal((2, $"{path} exists and is not a certificate, so it is left alone. Name another file with --out."), (exception.ExitCode, exception.Message));
    }

    [Fact]
    public void CheckReplaceable_PublicKey_IsLeftAlone()
    {
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        string path = _folder.Write("id.pub", key.PublicKey.ToText());

        Assert.Throws<CliException>(() => CertificateFile.CheckReplaceable(path));
    }

    [Fact]
    public void CheckReplaceable_NewFileOrOldCertificate_Passes()
    {
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        SshCertificate certificate = new SshCertificateTemplate
        {
            Key = key.PublicKey,
            Type = SshCertificateType.User,
            KeyId = "x",
            Principals = ["x"],
            ValidAfter = DateTimeOffset.UnixEpoch,
            ValidBefore = DateTimeOffset.UnixEpoch.AddHours(1),
        }.Issue(key);

        CertificateFile.CheckReplaceable(_folder.File("new-cert.pub"));
        CertificateFile.CheckReplaceable(_folder.Write("old-cert.pub", certificate.ToText() + "\n"));
    }

    [Theory]
    [InlineData("missing/id-cert.pub", "does not exist")]
    [InlineData("", "is a folder")]
    public void CheckReplaceable_NoPlaceForAFile_SaysSo(string name, string message) =>
        Assert.Contains(message, Assert.Throws<CliException>(() => CertificateFile.CheckReplaceable(_folder.File(name))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_PlainKeyWithoutACertificate_SaysSo()
    {
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        string path = _folder.Write("id.pub", key.PublicKey.ToText());

        Assert.StartsWith($"{path} is not a certificate: ", Assert.Throws<CliException>(() => CertificateFile.Read(path)).Message, StringComparison.Ordinal);
    }
}
