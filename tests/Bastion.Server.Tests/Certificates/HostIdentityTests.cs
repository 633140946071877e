using Bastion.Server.Certificates;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Certificates;

public sealed class HostIdentityTests(AuthorityFixture fixture) : IClassFixture<AuthorityFixture>
{
    [Fact]
    public void ForBastion_HasBothKeys_CertifiedForTheConfiguredNames()
    {
        using HostIdentity identity = fixture.CreateHostIdentity();

        IReadOnlyList<HostKey> keys = identity.ForBastion();

        Assert.Equal([SshKeyKind.Ed25519, SshKeyKind.EcdsaP256], keys.Select(key => key.Key.PublicKey.Kind));
        Assert.All(keys, key => Assert.Equal(CertificateRejection.None, Check(key.Certificate!, "bastion.example.com")));
        Assert.All(keys, key => Assert.Equal(CertificateRejection.None, Check(key.Certificate!, "bastion")));
        Assert.All(keys, key => Assert.Equal(CertificateRejection.PrincipalMismatch, Check(key.Certificate!, "web1")));
    }

    [Fact]
    public void ForTarget_IsValidForThatNameOnly()
    {
        using HostIdentity identity = fixture.CreateHostIdentity();

        SshCertificate certificate = identity.ForTarget("web1")[0].Certificate!;

        Assert.Equal(["web1"], certificate.Principals);
        Assert.Equal(CertificateRejection.None, Check(certificate, "web1"));
        Assert.Equal(CertificateRejection.PrincipalMismatch, Check(certificate, "bastion.example.com"));
        Assert.Empty(certificate.CriticalOptions);
        Assert.Empty(certificate.Extensions);
    }

    [Fact]
    public void ForTarget_UntilHalfOfItsLife_IsTheSame()
    {
        using HostIdentity identity = fixture.CreateHostIdentity();
        IReadOnlyList<HostKey> first = identity.ForTarget("web1");

        fixture.Storage.Time.Advance(TimeSpan.FromDays(3));
        IReadOnlyList<HostKey> sameDay = identity.ForTarget("web1");
        fixture.Storage.Time.Advance(TimeSpan.FromDays(1));
        IReadOnlyList<HostKey> renewed = identity.ForTarget("web1");

        Assert.Same(first, sameDay);
        Assert.NotSame(first, renewed);
        Assert.Equal(CertificateRejection.None, Check(renewed[0].Certificate!, "web1"));
        Assert.Equal(first[0].Key.PublicKey, renewed[0].Key.PublicKey);
    }

    private CertificateRejection Check(SshCertificate certificate, string name) =>
        certificate.Check(SshCertificateType.Host, fixture.Authorities.Host.PublicKey.Equals, name, fixture.Now, source: null);
}
