using System.Net;
using Xunit;

namespace Bastion.Ssh.Tests.Keys;

public sealed class SshCertificateTemplateTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    private readonly PrivateKey _authority = PrivateKey.Generate(SshKeyKind.Ed25519);

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("deploy,root")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a\nb")]
    [InlineData("a\u0000b")]
    [InlineData("a\u0085b")]
    [InlineData("*")]
    [InlineData("roo?")]
    public void B1_Issue_PrincipalThatCouldBeMisread_Throws(string principal) => Refuse(Template(principals: ["good", principal]));

    [Fact]
    public void B6_Issue_NoPrincipals_Throws() => Refuse(Template(principals: []));

    [Fact]
    public void Issue_MorePrincipalsThanServersRead_Throws() =>
        Refuse(Template(principals: [.. Enumerable.Range(0, 257).Select(i => $"p{i}")]));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-3600)]
    public void Issue_ValidityOfNoTime_Throws(int seconds) => Refuse(Template(seconds: seconds));

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\u001b[31mb")]
    public void Issue_KeyIdWithControlCharacters_Throws(string keyId) => Refuse(Template(keyId: keyId));

    [Fact]
    public void Issue_RestrictionThatSaysNothing_Throws()
    {
        Refuse(Template(forceCommand: ""));
        Refuse(Template(forceCommand: "a\0b"));
        Refuse(Template(sources: []));
    }

    [Theory]
    [InlineData("permit-pty", "permit-pty")]
    [InlineData("permit pty")]
    [InlineData("")]
    public void Issue_BadExtensions_Throws(params string[] extensions) => Refuse(Template(extensions: extensions));

    [Fact]
    public void Issue_HostWithOptions_Throws()
    {
        Refuse(Template(type: SshCertificateType.Host, forceCommand: "ls"));
        Refuse(Template(type: SshCertificateType.Host, extensions: ["permit-pty"]));
        Refuse(Template(type: (SshCertificateType)3));
    }

    [Fact]
    public void Issue_Plain_GrantsNothingAndDrawsItsSerial()
    {
        SshCertificate one = Template().Issue(_authority);
        SshCertificate two = Template().Issue(_authority);

        Assert.Empty(one.Extensions);
        Assert.Empty(one.CriticalOptions);
        Assert.NotEqual(0UL, one.Serial);
        Assert.NotEqual(one.Serial, two.Serial);
        Assert.Equal(CertificateRejection.None, one.Check(SshCertificateType.User, _authority.PublicKey.Equals, "good", Now, null));
        Assert.Equal(Now.AddHours(1), one.Expiry);
    }

    private void Refuse(SshCertificateTemplate template) => Assert.ThrowsAny<ArgumentException>(() => template.Issue(_authority));

    private SshCertificateTemplate Template(
        string keyId = "id",
        string[]? principals = null,
        int seconds = 3600,
        string? forceCommand = null,
        IPNetwork[]? sources = null,
        string[]? extensions = null,
        SshCertificateType type = SshCertificateType.User)
    {
        return new SshCertificateTemplate
        {
            Key = _authority.PublicKey,
            Type = type,
            KeyId = keyId,
            Principals = principals ?? ["good"],
            ValidAfter = Now,
            ValidBefore = Now.AddSeconds(seconds),
            ForceCommand = forceCommand,
            SourceAddresses = sources,
            Extensions = extensions ?? [],
        };
    }
}
