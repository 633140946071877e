using System.Net;
using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.Ssh.Tests.Keys;

// Certificates across the border: theirs read by us, ours read by ssh-keygen.
public sealed class SshCertificateTests
{
    private static readonly DateTimeOffset Now = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> AuthoritiesAndKeys() => new()
    {
        { "ed25519", "ed25519" },
        { "ed25519", "rsa" },
        { "rsa", "ecdsa" },
        { "ecdsa", "ed25519" },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(AuthoritiesAndKeys))]
    public async Task TryParseText_UserCertificateOfSshKeygen_IsAcceptedWithAllItSays(string authorityType, string keyType)
    {
        using TempFolder folder = new();
        KeyFile authority = await SshKeygen.GenerateAsync(folder, "ca", authorityType);
        KeyFile file = await SshKeygen.GenerateAsync(folder, "id", keyType);
        await SshKeygen.SignUserAsync(
            authority, file, "key id of alice", "alice,deploy", "20300517000000Z:20300518000000Z",
            "clear", "permit-pty", "force-command=uptime -p", "source-address=10.0.0.0/8,2001:db8::1", "extension:role@example.com=admin");
        string line = await File.ReadAllTextAsync(file.CertificatePath, TestContext.Current.CancellationToken);

        Assert.True(SshCertificate.TryParseText(line, out SshCertificate? certificate, out string? comment, out string? error), error);

        Assert.Equal(file.PublicLine, certificate.Key.ToText());
        Assert.Equal(authority.PublicLine, certificate.SignatureKey.ToText());
        Assert.Equal(certificate.Key.KeyType + "-cert-v01@openssh.com", certificate.CertificateType);
        Assert.Equal(SshCertificateType.User, certificate.Type);
        Assert.Equal("key id of alice", certificate.KeyId);
        Assert.Equal(["alice", "deploy"], certificate.Principals);
        Assert.Equal(Now.Date.AddDays(1), certificate.Expiry);
        Assert.Equal("uptime -p", certificate.ForceCommand);
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8::1/128")], certificate.SourceAddresses);
        Assert.True(certificate.HasExtension("permit-pty"));
        Assert.True(certificate.HasExtension("role@example.com"));
        Assert.False(certificate.HasExtension("permit-port-forwarding"));
        Assert.Equal("id", comment);
        Assert.Equal(line.Trim(), certificate.ToText(comment));
        Assert.Equal(
            CertificateRejection.None,
            certificate.Check(SshCertificateType.User, certificate.SignatureKey.Equals, "deploy", Now, IPAddress.Parse("10.9.8.7")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Check_HostCertificateOfSshKeygen_MatchesItsNamesAndPatterns()
    {
        using TempFolder folder = new();
        KeyFile authority = await SshKeygen.GenerateAsync(folder, "ca");
        KeyFile file = await SshKeygen.GenerateAsync(folder, "host", "ecdsa");
        await SshKeygen.SignHostAsync(authority, file, "web1.example.com,*.db.example.com", "20300517000000Z:20300518000000Z");
        string line = await File.ReadAllTextAsync(file.CertificatePath, TestContext.Current.CancellationToken);
        Assert.True(SshCertificate.TryParseText(line, out SshCertificate? certificate, out _, out string? error), error);

        Assert.Equal(CertificateRejection.None, Check("web1.example.com"));
        Assert.Equal(CertificateRejection.None, Check("WEB1.example.com"));
        Assert.Equal(CertificateRejection.None, Check("x.db.example.com"));
        Assert.Equal(CertificateRejection.PrincipalMismatch, Check("web2.example.com"));
        Assert.Equal(CertificateRejection.PrincipalMismatch, Check("*.db.example.co"));
        Assert.Equal(
            CertificateRejection.WrongType,
            certificate.Check(SshCertificateType.User, _ => true, "web1.example.com", Now, null));

        CertificateRejection Check(string host) => certificate.Check(SshCertificateType.Host, _ => true, host, Now, null);
    }

    public static TheoryData<SshKeyKind, SshKeyKind> Kinds() => new()
    {
        { SshKeyKind.Ed25519, SshKeyKind.Ed25519 },
        { SshKeyKind.Rsa, SshKeyKind.EcdsaP521 },
        { SshKeyKind.EcdsaP384, SshKeyKind.Rsa },
        { SshKeyKind.EcdsaP521, SshKeyKind.EcdsaP256 },
        { SshKeyKind.EcdsaP256, SshKeyKind.EcdsaP384 },
    };

    // ssh-keygen -L verifies the authority's signature before it prints anything.
    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Kinds))]
    public async Task Issue_UserCertificate_IsReadBySshKeygen(SshKeyKind authorityKind, SshKeyKind keyKind)
    {
        using TempFolder folder = new();
        using PrivateKey authority = PrivateKey.Generate(authorityKind);
        using PrivateKey key = PrivateKey.Generate(keyKind);
        SshCertificate certificate = new SshCertificateTemplate
        {
            Key = key.PublicKey,
            Type = SshCertificateType.User,
            KeyId = "user=alice id=7",
            Principals = ["alice", "deploy"],
            ValidAfter = Now,
            ValidBefore = Now.AddHours(8),
            Serial = 4711,
            ForceCommand = "deploy --all",
            SourceAddresses = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8::/32")],
            VerifyRequired = true,
            Extensions = ["permit-pty", "permit-agent-forwarding"],
        }.Issue(authority);

        string path = folder.Write("id-cert.pub", certificate.ToText("c"));
        ProcessRequest list = new(Programs.SshKeygen, "-L", "-f", path)
        {
            Environment = new Dictionary<string, string?> { ["TZ"] = "UTC" },
        };
        string listed = (await ProcessRunner.RunAsync(list)).ShouldExit().Output;
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        string[] lines = listed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.Equal(
            [
                $"Type: {certificate.CertificateType} user certificate",
                $"Public key: {Name(keyKind)}-CERT {key.PublicKey.Fingerprint}",
                $"Signing CA: {Name(authorityKind)} {authority.PublicKey.Fingerprint} (using {certificate.SignatureAlgorithm})",
                "Key ID: \"user=alice id=7\"",
                "Serial: 4711",
                "Valid: from 2030-05-17T12:00:00 to 2030-05-17T20:00:00",
                "Principals:",
                "alice",
                "deploy",
                "Critical Options:",
                "force-command deploy --all",
                "source-address 10.0.0.0/8,2001:db8::/32",
                "verify-required",
                "Extensions:",
                "permit-agent-forwarding",
                "permit-pty",
            ],
            lines);

        static string Name(SshKeyKind kind) => kind switch
        {
            SshKeyKind.Ed25519 => "ED25519",
            SshKeyKind.Rsa => "RSA",
            _ => "ECDSA",
        };
    }

    [Fact(Timeout = 60_000)]
    public async Task Issue_HostCertificate_IsReadBySshKeygen()
    {
        using TempFolder folder = new();
        using PrivateKey authority = PrivateKey.Generate(SshKeyKind.Ed25519);
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        SshCertificate certificate = new SshCertificateTemplate
        {
            Key = key.PublicKey,
            Type = SshCertificateType.Host,
            KeyId = "web1",
            Principals = ["web1", "*.example.com"],
            ValidAfter = Now,
            ValidBefore = Now.AddDays(1),
        }.Issue(authority);

        string path = folder.Write("host-cert.pub", certificate.ToText());
        string listed = (await ProcessRunner.RunAsync(Programs.SshKeygen, "-L", "-f", path)).ShouldExit().Output;
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        Assert.Contains("host certificate", listed, StringComparison.Ordinal);
        Assert.Contains("*.example.com", listed, StringComparison.Ordinal);
        Assert.NotEqual(0UL, certificate.Serial);
    }

    [Fact]
    public void HostKey_CertificateOfAnotherKey_Throws()
    {
        using PrivateKey authority = PrivateKey.Generate(SshKeyKind.Ed25519);
        using PrivateKey other = PrivateKey.Generate(SshKeyKind.Ed25519);
        SshCertificate certificate = new CertificateBlob(authority, authority.PublicKey).ToCertificate();

        Assert.Same(certificate, new HostKey(authority, certificate).Certificate);
        Assert.Throws<ArgumentException>(() => new HostKey(other, certificate));
    }

    [Theory]
    [InlineData("ssh-ed25519-cert-v01@openssh.com", true)]
    [InlineData("ssh-rsa-cert-v01@openssh.com", true)]
    [InlineData("rsa-sha2-512-cert-v01@openssh.com", true)]
    [InlineData("sk-ssh-ed25519-cert-v01@openssh.com", true)]
    [InlineData("ssh-ed25519", false)]
    [InlineData("ssh-dss-cert-v01@openssh.com", false)]
    public void IsCertificateType_KnowsTypesAndAlgorithms(string name, bool expected) =>
        Assert.Equal(expected, SshCertificate.IsCertificateType(name));
}
