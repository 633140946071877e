using Bastion.Server.Certificates;
using Bastion.Server.Configuration;
using Bastion.Server.Storage;
using Bastion.Ssh;
using Bastion.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bastion.Server.Tests.Certificates;

public sealed class CertificateAuthoritiesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_FirstTime_MakesThreeDifferentPrivateKeys()
    {
        using CertificateAuthorities authorities = CreateSut();

        PublicKey[] keys = [authorities.Client.PublicKey, authorities.Target.PublicKey, authorities.Host.PublicKey];
        Assert.Equal(3, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Equal(SshKeyKind.Ed25519, key.Kind));
        foreach (string name in (string[])["client_ca", "target_ca", "host_ca"])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File(name)));
        }

        Assert.StartsWith(authorities.Host.PublicKey.ToText(), File.ReadAllText(_folder.File("host_ca.pub")));
        Assert.Equal(6, Directory.GetFiles(_folder.Root).Length); // no leftovers of writing
    }

    [Fact]
    public void Open_Again_ReadsTheSameKeys()
    {
        using CertificateAuthorities first = CreateSut();
        using CertificateAuthorities second = CreateSut();

        Assert.Equal(first.Client.PublicKey, second.Client.PublicKey);
        Assert.Equal(first.Target.PublicKey, second.Target.PublicKey);
        Assert.Equal(first.Host.PublicKey, second.Host.PublicKey);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Open_KeyOpenToOthers_IsRefused(UnixFileMode mode)
    {
        CreateSut().Dispose();
        string path = _folder.File("client_ca");
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | mode);

        StartupException exception = Assert.Throws<StartupException>(() => CreateSut().Dispose());

        Assert.Contains($"chmod 600 {path}", exception.Message);
    }

    [Fact]
    public void Open_DamagedKey_IsRefusedAndKept()
    {
        CreateSut().Dispose();
        string path = _folder.Write("target_ca", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");

        StartupException exception = Assert.Throws<StartupException>(() => CreateSut().Dispose());

        Assert.Contains("Restore it from a backup", exception.Message);
        Assert.Contains("AAAA", File.ReadAllText(path));
    }

    [Fact]
    public void Open_AfterACutOffStart_MakesTheKey()
    {
        _folder.Write("host_ca.new", "half a ke");
        _folder.Write("host_ca.pub", "ssh-ed25519 AAAA of a key that never was");

        using CertificateAuthorities authorities = CreateSut();

        Assert.StartsWith(authorities.Host.PublicKey.ToText(), File.ReadAllText(_folder.File("host_ca.pub")));
    }

    private CertificateAuthorities CreateSut() => CertificateAuthorities.Open(new DataFolder(_folder.Root), "edge-1", NullLogger.Instance);
}
