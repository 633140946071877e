using System.Net;
using Bastion.Server.Certificates;
using Bastion.Server.Identity;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Certificates;

public sealed class IssuersTests : IAsyncLifetime, IDisposable
{
    private readonly AuthorityFixture _fixture = new();
    private readonly PrivateKey _key = PrivateKey.Generate(SshKeyKind.Ed25519);
    private readonly UserRecord _alice;

    public IssuersTests() => _alice = _fixture.Storage.Users.Add("alice", [], new Dictionary<string, string>())!;

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    public void Dispose() => _key.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task Issue_Client_SaysWhoAndHowLongAndNothingMore()
    {
        SshCertificate certificate = await IssueAsync(Request() with { Ttl = TimeSpan.FromHours(1) });

        Assert.Equal(_key.PublicKey, certificate.Key);
        Assert.Equal(_fixture.Authorities.Client.PublicKey, certificate.SignatureKey);
        Assert.Equal(SshCertificateType.User, certificate.Type);
        Assert.Equal(["alice"], certificate.Principals);
        Assert.Equal((ulong)_fixture.Now.AddHours(1).ToUnixTimeSeconds(), certificate.ValidBefore);
        Assert.Equal((ulong)_fixture.Now.AddMinutes(-1).ToUnixTimeSeconds(), certificate.ValidAfter);
        Assert.NotEqual(0UL, certificate.Serial);
        Assert.Equal(["permit-pty"], certificate.Extensions.Select(extension => extension.Key));
        Assert.Empty(certificate.CriticalOptions);
        ClientKeyId keyId = ClientKeyId.Parse(certificate.KeyId)!;
        Assert.Equal(("alice", _alice.Id, 1L), (keyId.UserName, keyId.UserId, keyId.Epoch));
    }

    [Fact(Timeout = 30_000)]
    public async Task Issue_ClientTwice_DiffersInSerialAndIssue()
    {
        SshCertificate first = await IssueAsync(Request());
        SshCertificate second = await IssueAsync(Request());

        Assert.NotEqual(first.Serial, second.Serial);
        Assert.NotEqual(first.KeyId, second.KeyId);
    }

    [Fact(Timeout = 30_000)]
    public async Task Issue_ClientForAJob_CarriesItsRestrictions()
    {
        SshCertificate certificate = await IssueAsync(Request() with
        {
            ForceCommand = "deploy --all",
            SourceAddresses = [IPNetwork.Parse("192.0.2.0/24")],
        });

        Assert.Equal("deploy --all", certificate.ForceCommand);
        Assert.Equal([IPNetwork.Parse("192.0.2.0/24")], certificate.SourceAddresses!);
        Assert.Empty(certificate.Extensions);
        Assert.Equal("deploy --all", _fixture.Storage.Certificates.List("alice").Single().ForceCommand);
    }

    [Fact(Timeout = 30_000)]
    public async Task Issue_Client_IsInDatabaseAndAuditLogBeforeItIsGivenOut()
    {
        SshCertificate certificate = await IssueAsync(Request());

        IssuedCertificate record = Assert.Single(_fixture.Storage.Certificates.List(null));
        Assert.Equal((certificate.Serial, certificate.KeyId, "alice", "uid=0"), (record.Serial, record.KeyId, record.UserName, record.IssuedBy));
        Assert.Contains($"\"serial\":\"{certificate.Serial}\"", File.ReadAllText(_fixture.Folder.AuditFile));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(9)]
    [InlineData(-1)]
    [InlineData((8 * 3600) + 1)]
    public async Task Issue_ClientForAnotherTime_IsRefused(int seconds)
    {
        (SshCertificate? certificate, string? refusal) = await _fixture.ClientIssuer.IssueAsync(Request() with { Ttl = TimeSpan.FromSeconds(seconds) });

        Assert.Null(certificate);
        Assert.Contains("10s to 8h", refusal);
        Assert.Empty(_fixture.Storage.Certificates.List(null));
    }

    [Fact(Timeout = 30_000)]
    public async Task Issue_ClientForADisabledUser_IsRefused()
    {
        UserRecord disabled = _fixture.Storage.Users.Disable("alice")!;

        (SshCertificate? certificate, string? refusal) = await _fixture.ClientIssuer.IssueAsync(Request() with { User = disabled });

        Assert.Null(certificate);
        Assert.Contains("disabled", refusal);
    }

    [Fact]
    public void Issue_Target_HasAFreshKeyAndNamesPersonAndSession()
    {
        using TargetCredential first = _fixture.TargetIssuer.Issue(_alice, "5e55", "web1", "deploy", permitPty: true);
        using TargetCredential second = _fixture.TargetIssuer.Issue(_alice, "5e56", "web1", "deploy", permitPty: false);

        Assert.NotEqual(first.Key.PublicKey, second.Key.PublicKey);
        Assert.Equal(first.Key.PublicKey, first.Certificate.Key);
        Assert.Equal($"user=alice id={_alice.Id} session=5e55", first.Certificate.KeyId);
        Assert.Equal(["deploy"], first.Certificate.Principals);
        Assert.Equal(["permit-pty"], first.Certificate.Extensions.Select(extension => extension.Key));
        Assert.Empty(second.Certificate.Extensions);
        Assert.Equal((ulong)_fixture.Now.AddMinutes(5).ToUnixTimeSeconds(), first.Certificate.ValidBefore);
        Assert.Equal(_fixture.Authorities.Target.PublicKey, first.Certificate.SignatureKey);
    }

    private ClientCertificateRequest Request() => new(_alice, _key.PublicKey, "uid=0");

    private async Task<SshCertificate> IssueAsync(ClientCertificateRequest request)
    {
        (SshCertificate? certificate, string? refusal) = await _fixture.ClientIssuer.IssueAsync(request);
        Assert.Null(refusal);
        return certificate!;
    }
}
