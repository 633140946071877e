using System.Net;
using Bastion.Server.Certificates;
using Bastion.Server.Identity;
using Bastion.Server.Tests.Certificates;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Identity;

// What went wrong in other bastions (names as in the list of such cases) must not go wrong here: who somebody is comes from the key alone.
public sealed class SignInTests : IAsyncLifetime, IDisposable
{
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.7");

    private readonly AuthorityFixture _fixture = new();
    private readonly PrivateKey _key = PrivateKey.Generate(SshKeyKind.Ed25519);
    private readonly UserRecord _alice;
    private readonly SignIn _signIn;

    public SignInTests()
    {
        _alice = _fixture.Storage.Users.Add("alice", ["dev"], new Dictionary<string, string>())!;
        _signIn = new SignIn(_fixture.Authorities, _fixture.Storage.Users, _fixture.Storage.Keys);
    }

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    public void Dispose() => _key.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task Certificate_OfOurs_IsItsUser()
    {
        (SshCertificate? certificate, _) = await _fixture.ClientIssuer.IssueAsync(new ClientCertificateRequest(_alice, _key.PublicKey, "uid=0")
        {
            ForceCommand = "uptime",
            SourceAddresses = [IPNetwork.Parse("192.0.2.0/24")],
        });

        SignInOutcome outcome = Resolve(certificate!);

        Assert.True(outcome.Accepted, outcome.Reason);
        Assert.Equal(("alice", _alice.Id), (outcome.User.Name, outcome.User.Id));
        Assert.Equal(
            (SignInMethod.Certificate, certificate!.Serial, certificate.KeyId, "uptime", false),
            (outcome.Credential.Method, outcome.Credential.Serial!.Value, outcome.Credential.KeyId, outcome.Credential.ForceCommand, outcome.Credential.PermitPty));
        Assert.Equal(certificate.Expiry, outcome.Credential.Expires);
        Assert.Equal(_key.PublicKey.Fingerprint, outcome.Credential.Fingerprint);
    }

    [Theory]
    [InlineData("192.0.2.7", null)]
    [InlineData("::ffff:192.0.2.7", null)]
    [InlineData("198.51.100.1", "certificate not valid from this address")]
    [InlineData(null, "certificate not valid from this address")]
    public void A5_SourceAddress_IsEnforced(string? source, string? reason)
    {
        SshCertificate certificate = Issue(_fixture.Authorities.Client, KeyId(), ["alice"], networks: [IPNetwork.Parse("192.0.2.0/24")]);

        Assert.Equal(reason, _signIn.Resolve(certificate.Key, certificate, source is null ? null : IPAddress.Parse(source), _fixture.Now).Reason);
    }

    [Fact]
    public void B1_SeveralPrincipals_AreRefused()
    {
        Refused("certificate whose principals are not its user", Issue(_fixture.Authorities.Client, KeyId(), ["alice", "root"]));
        Refused("certificate whose principals are not its user", Issue(_fixture.Authorities.Client, KeyId(), ["bob"]));
    }

    [Fact]
    public void B2_OtherAuthorities_AreRefused()
    {
        using PrivateKey stranger = PrivateKey.Generate(SshKeyKind.Ed25519);

        foreach (PrivateKey authority in (PrivateKey[])[stranger, _fixture.Authorities.Target, _fixture.Authorities.Host])
        {
            Refused("certificate from an authority that is not trusted", Issue(authority, KeyId(), ["alice"]));
        }
    }

    [Fact]
    public void B6_HostCertificate_IsRefused() => Refused(
        "certificate of the wrong type (user or host)",
        new SshCertificateTemplate
        {
            Key = _key.PublicKey,
            Type = SshCertificateType.Host,
            KeyId = KeyId(),
            Principals = ["alice"],
            ValidAfter = _fixture.Now,
            ValidBefore = _fixture.Now.AddHours(1),
        }.Issue(_fixture.Authorities.Client));

    [Fact]
    public void Certificate_BeforeAndAfterItsTime_IsRefused()
    {
        SshCertificate certificate = Issue(_fixture.Authorities.Client, KeyId(), ["alice"]);

        Assert.Equal("certificate not valid yet", _signIn.Resolve(certificate.Key, certificate, Home, _fixture.Now.AddSeconds(-1)).Reason);
        Assert.True(_signIn.Resolve(certificate.Key, certificate, Home, _fixture.Now.AddHours(1).AddSeconds(-1)).Accepted);
        Assert.Equal("certificate expired", _signIn.Resolve(certificate.Key, certificate, Home, _fixture.Now.AddHours(1)).Reason);
    }

    [Fact]
    public void Certificate_WithoutOurKeyId_IsRefused() =>
        Refused("certificate whose key id does not name a user", Issue(_fixture.Authorities.Client, "alice@laptop", ["alice"]));

    [Fact]
    public void Certificate_OfAnUnknownId_IsRefused() =>
        Refused("certificate of a user that does not exist", Issue(_fixture.Authorities.Client, KeyId(id: _alice.Id + 1), ["alice"]));

    [Fact]
    public void Certificate_WhoseIdIsAnotherUser_IsRefused()
    {
        UserRecord bob = _fixture.Storage.Users.Add("bob", [], new Dictionary<string, string>())!;

        Refused("certificate of a user that does not exist", Issue(_fixture.Authorities.Client, KeyId(id: bob.Id), ["alice"]));
    }

    [Fact]
    public void Certificate_OfADisabledUser_StaysVoidAfterEnabling()
    {
        SshCertificate certificate = Issue(_fixture.Authorities.Client, KeyId(), ["alice"]);

        _fixture.Storage.Users.Disable("alice");
        Refused("user disabled", certificate);
        _fixture.Storage.Users.Enable("alice");
        Refused("certificate revoked: issued before the user was disabled", certificate);
        Assert.True(Resolve(Issue(_fixture.Authorities.Client, KeyId(epoch: 2), ["alice"])).Accepted);
    }

    [Fact]
    public void Certificate_OfAFutureEpoch_IsRefused() =>
        Refused("certificate revoked: issued before the user was disabled", Issue(_fixture.Authorities.Client, KeyId(epoch: 2), ["alice"]));

    [Fact]
    public void Key_Enrolled_IsItsUser()
    {
        Enrol();

        SignInOutcome outcome = ResolveKey();

        Assert.True(outcome.Accepted, outcome.Reason);
        Assert.Equal("alice", outcome.User.Name);
        Assert.Equal((SignInMethod.Key, true), (outcome.Credential.Method, outcome.Credential.PermitPty));
        Assert.Equal(_fixture.Now.AddDays(1), outcome.Credential.Expires);
    }

    [Fact]
    public void Key_NotEnrolled_IsRefused() => Assert.Equal("unknown key", ResolveKey().Reason);

    [Fact]
    public void Key_Expired_IsRefused()
    {
        Enrol();
        _fixture.Storage.Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal("enrolled key expired", ResolveKey().Reason);
    }

    [Fact]
    public void Key_OfADisabledUser_StaysVoidUntilEnrolledAgain()
    {
        Enrol();

        _fixture.Storage.Users.Disable("alice");
        Assert.Equal("user disabled", ResolveKey().Reason);
        UserRecord enabled = _fixture.Storage.Users.Enable("alice")!;
        Assert.Equal("enrolled key revoked: added before the user was disabled", ResolveKey().Reason);
        Enrol(enabled.Epoch);
        Assert.True(ResolveKey().Accepted);
    }

    // A plain key that is enrolled does not make a certificate of it good.
    [Fact]
    public void Key_EnrolledButShownUnderAForeignCertificate_IsRefused()
    {
        Enrol();
        using PrivateKey stranger = PrivateKey.Generate(SshKeyKind.Ed25519);

        Refused("certificate from an authority that is not trusted", Issue(stranger, KeyId(), ["alice"]));
    }

    private void Refused(string reason, SshCertificate certificate) => Assert.Equal(reason, Resolve(certificate).Reason);

    private SignInOutcome Resolve(SshCertificate certificate) => _signIn.Resolve(certificate.Key, certificate, Home, _fixture.Now);

    private SignInOutcome ResolveKey() => _signIn.Resolve(_key.PublicKey, null, Home, _fixture.Now);

    private string KeyId(long? id = null, long epoch = 1) => new ClientKeyId("alice", id ?? _alice.Id, epoch, "0123456789abcdef").ToString();

    private SshCertificate Issue(PrivateKey authority, string keyId, string[] principals, IPNetwork[]? networks = null) => new SshCertificateTemplate
    {
        Key = _key.PublicKey,
        Type = SshCertificateType.User,
        KeyId = keyId,
        Principals = principals,
        ValidAfter = _fixture.Now,
        ValidBefore = _fixture.Now.AddHours(1),
        SourceAddresses = networks,
    }.Issue(authority);

    private void Enrol(long epoch = 1) => Assert.True(_fixture.Storage.Keys.Add(new EnrolledKey
    {
        Key = _key.PublicKey,
        UserId = _alice.Id,
        UserName = "alice",
        Epoch = epoch,
        Added = _fixture.Now,
        AddedBy = "uid=0",
        Expires = _fixture.Now.AddDays(1),
    }));
}
