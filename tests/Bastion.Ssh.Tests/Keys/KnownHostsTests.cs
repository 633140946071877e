using Bastion.Testing;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.Ssh.Tests.Keys;

public sealed class KnownHostsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    private readonly PrivateKey _key = PrivateKey.Generate(SshKeyKind.Ed25519);
    private readonly PrivateKey _other = PrivateKey.Generate(SshKeyKind.EcdsaP256);
    private readonly PrivateKey _authority = PrivateKey.Generate(SshKeyKind.Ed25519);

    private string Key => _key.PublicKey.ToText();

    private string Other => _other.PublicKey.ToText();

    private string Authority => _authority.PublicKey.ToText();

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
        _authority.Dispose();
    }

    // Each row is also asked of ssh-keygen -F, which must agree.
    [Theory(Timeout = 30_000)]
    [InlineData("web1", "web1", 22, true)]
    [InlineData("web1", "WEB1", 22, true)]
    [InlineData("WEB1", "web1", 22, true)]
    [InlineData("web1", "web10", 22, false)]
    [InlineData("web1,10.0.0.5", "10.0.0.5", 22, true)]
    [InlineData("*.example.com", "a.b.example.com", 22, true)]
    [InlineData("*.example.com", "example.com", 22, false)]
    [InlineData("web?", "web1", 22, true)]
    [InlineData("web?", "web", 22, false)]
    [InlineData("*,!web1", "web1", 22, false)]
    [InlineData("!web1,*", "web1", 22, false)]
    [InlineData("!web*,web1", "web1", 22, false)]
    [InlineData("*,!web1", "web2", 22, true)]
    [InlineData("!web1", "web2", 22, false)]
    [InlineData("[web1]:2222", "web1", 2222, true)]
    [InlineData("[web1]:2222", "web1", 22, false)]
    [InlineData("[web1]:2222", "web1", 2223, false)]
    [InlineData("[*.example.com]:2222", "a.example.com", 2222, true)]
    [InlineData("[web1]:*", "web1", 2222, true)]
    [InlineData("[::1]:2222", "::1", 2222, true)]
    [InlineData("::1", "::1", 22, true)]
    [InlineData("a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 22, false)]
    public async Task Verify_Names_MatchAsForSshKeygen(string names, string host, int port, bool known)
    {
        using TempFolder folder = new();
        string path = folder.Write("known_hosts", $"{names} {Key}\n");
        string asked = port == 22 ? host : $"[{host}]:{port}";
        ProcessResult found = await ProcessRunner.RunAsync(Programs.SshKeygen, "-F", asked, "-f", path);
        string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(known, found.ExitCode == 0);
        Assert.Equal(
            known ? KnownHostOutcome.Trusted : KnownHostOutcome.Unknown,
            KnownHosts.Parse(text).Verify(host, port, _key.PublicKey, null, Now).Outcome);
    }

    [Fact(Timeout = 30_000)]
    public async Task Verify_NamesHashedBySshKeygen_AreFound()
    {
        using TempFolder folder = new();
        string path = folder.Write("known_hosts", $"web1 {Key}\n[web1]:2222 {Other}\n");
        (await ProcessRunner.RunAsync(Programs.SshKeygen, "-q", "-H", "-f", path)).ShouldExit();
        string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("web1", text, StringComparison.Ordinal);

        KnownHosts hosts = KnownHosts.Parse(text);

        Assert.Equal(KnownHostOutcome.Trusted, Verify(hosts, _key, "web1"));
        Assert.Equal(KnownHostOutcome.Trusted, Verify(hosts, _key, "Web1"));
        Assert.Equal(KnownHostOutcome.Mismatch, Verify(hosts, _other, "web1"));
        Assert.Equal(KnownHostOutcome.Trusted, Verify(hosts, _other, "web1", 2222));
        Assert.Equal(KnownHostOutcome.Unknown, Verify(hosts, _key, "web2"));
    }

    // C13: another key, also one of another type, is never a new host.
    [Fact]
    public void C13_Verify_AnotherKeyForAKnownHost_IsAMismatch()
    {
        KnownHosts hosts = KnownHosts.Parse($"web1 {Key}\nweb2 {Other}\n");
        Assert.Equal(KnownHostOutcome.Trusted, Verify(hosts, _key, "web1"));
        Assert.Equal(KnownHostOutcome.Mismatch, Verify(hosts, _other, "web1"));
        Assert.Equal(KnownHostOutcome.Mismatch, Verify(hosts, _key, "web2"));
    }

    // As ssh: lines for the bare name are good for any port when the key is the same, and say nothing when it is not.
    [Fact]
    public void Verify_OtherPort_FallsBackToTheBareNameForTheSameKeyOnly()
    {
        KnownHosts hosts = KnownHosts.Parse($"web1 {Key}\n");
        Assert.Equal(KnownHostOutcome.Trusted, Verify(hosts, _key, "web1", 2222));
        Assert.Equal(KnownHostOutcome.Unknown, Verify(hosts, _other, "web1", 2222));

        KnownHosts own = KnownHosts.Parse($"web1 {Key}\n[web1]:2222 {Authority}\n");
        Assert.Equal(KnownHostOutcome.Mismatch, Verify(own, _other, "web1", 2222));
    }

    [Fact]
    public void Verify_Certificate_NeedsAKnownAuthorityForTheHost()
    {
        KnownHosts hosts = KnownHosts.Parse($"@cert-authority *.example.com {Authority}\n");
        SshCertificate certificate = Certify("web1.example.com");

        Assert.Equal(KnownHostOutcome.Trusted, Verify(hosts, _key, "web1.example.com", 22, certificate));
        Assert.Equal(KnownHostOutcome.Trusted, Verify(hosts, _key, "web1.example.com", 2222, certificate));
        Assert.Equal(KnownHostOutcome.Unknown, Verify(hosts, _key, "web1.example.org", 22, certificate));
        Assert.Equal(KnownHostOutcome.Mismatch, Verify(hosts, _key, "web1.example.com"));
        Assert.Equal(KnownHostOutcome.Mismatch, Verify(hosts, _authority, "web1.example.com"));
    }

    [Fact]
    public void Verify_CertificateThatDoesNotHold_SaysWhyUnlessTheKeyItselfIsKnown()
    {
        KnownHosts hosts = KnownHosts.Parse($"@cert-authority * {Authority}\n");
        Expect(CertificateRejection.PrincipalMismatch, Certify("web2"));
        Expect(CertificateRejection.Expired, Certify("web1", until: Now));
        Expect(CertificateRejection.WrongType, Certify("web1", type: SshCertificateType.User));

        KnownHosts pinned = KnownHosts.Parse($"@cert-authority * {Authority}\nweb1 {Key}\n");
        Assert.Equal(KnownHostOutcome.Trusted, Verify(pinned, _key, "web1", 22, Certify("web2")));

        void Expect(CertificateRejection rejection, SshCertificate certificate) => Assert.Equal(
            new KnownHostVerdict(KnownHostOutcome.CertificateRejected, rejection),
            hosts.Verify("web1", 22, certificate.Key, certificate, Now));
    }

    // An authority is none when its line is a plain one, and a plain key is none when its line is an authority's.
    [Fact]
    public void Verify_KeyUnderTheOtherMarker_DoesNotCount()
    {
        KnownHosts hosts = KnownHosts.Parse($"* {Authority}\n");
        Assert.Equal(KnownHostOutcome.Mismatch, Verify(hosts, _key, "web1", 22, Certify("web1")));
    }

    // B2, x/crypto CVE-2026-42508: a revoked authority, and a revoked key inside a good certificate.
    [Fact]
    public void B2_Verify_Revoked_WinsOverEverything()
    {
        string trusted = $"@cert-authority * {Authority}\nweb1 {Key}\n";
        SshCertificate certificate = Certify("web1");

        foreach (string revoked in (string[])[Key, Authority])
        {
            KnownHosts hosts = KnownHosts.Parse($"{trusted}@revoked web* {revoked}\n");
            Assert.Equal(KnownHostOutcome.Revoked, Verify(hosts, _key, "web1", 22, certificate));
            Assert.Equal(KnownHostOutcome.Revoked, Verify(hosts, _key, "web1", 2222, certificate));
        }

        KnownHosts elsewhere = KnownHosts.Parse($"{trusted}@revoked db* {Key}\n");
        Assert.Equal(KnownHostOutcome.Trusted, Verify(elsewhere, _key, "web1"));
    }

    [Fact]
    public void Verify_CertificateOfAnotherKey_Throws()
    {
        KnownHosts hosts = KnownHosts.Parse("");
        Assert.Throws<ArgumentException>(() => hosts.Verify("web1", 22, _other.PublicKey, Certify("web1"), Now));
    }

    [Fact]
    public void Parse_CommentsAndBlankLines_SayNothing()
    {
        KnownHosts hosts = KnownHosts.Parse($"\n# web1 {Key}\n   \r\n\tweb2\t{Key} comment\r\n");
        Assert.Equal(KnownHostOutcome.Unknown, Verify(hosts, _key, "web1"));
        Assert.Equal(KnownHostOutcome.Trusted, Verify(hosts, _key, "web2"));
    }

    // A line that is passed over could be the one that revokes a key.
    [Fact]
    public void Parse_BadLines_AreAllNamed()
    {
        string text = $"web1\n@trusted web1 {Key}\nweb1 {Key}\n|1|AAAA|AAAA {Key}\n,web1 {Key}\nweb1 ssh-dss AAAA\n@revoked web1";

        string[] errors = Assert.Throws<SshFormatException>(() => KnownHosts.Parse(text)).Message.Split('\n');

        Assert.Equal(["Line 1", "Line 2", "Line 4", "Line 5", "Line 6", "Line 7"], errors.Select(error => error.Split(':')[0]));
    }

    [Fact]
    public void HostKeyAlgorithms_KnownHost_AsksForWhatCanBeVerified()
    {
        KnownHosts hosts = KnownHosts.Parse($"web1 {Other}\n@cert-authority *.example.com {Authority}\n");
        Assert.Equal(["ecdsa-sha2-nistp256"], hosts.HostKeyAlgorithms("web1", 22));
        Assert.Equal(["ecdsa-sha2-nistp256"], hosts.HostKeyAlgorithms("web1", 2222));
        Assert.Empty(hosts.HostKeyAlgorithms("web2", 22));
        Assert.Contains("rsa-sha2-512-cert-v01@openssh.com", hosts.HostKeyAlgorithms("a.example.com", 22));
    }

    private static KnownHostOutcome Verify(
        KnownHosts hosts, PrivateKey key, string host, int port = 22, SshCertificate? certificate = null) =>
        hosts.Verify(host, port, key.PublicKey, certificate, Now).Outcome;

    private SshCertificate Certify(string name, DateTimeOffset? until = null, SshCertificateType type = SshCertificateType.Host) =>
        new SshCertificateTemplate
        {
            Key = _key.PublicKey,
            Type = type,
            KeyId = name,
            Principals = [name],
            ValidAfter = Now.AddDays(-1),
            ValidBefore = until ?? Now.AddDays(1),
        }.Issue(_authority);
}
