using System.Collections.Frozen;
using Bastion.Server.Targets;
using Bastion.Server.Tests.Sessions;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Targets;

// C13, D18, D19: which machine is the target. Everything that is not proven is refused.
public sealed class HostKeyVerifierTests : IAsyncLifetime
{
    private static readonly PrivateKey Key = PrivateKey.Generate(SshKeyKind.Ed25519);
    private static readonly PrivateKey OtherKey = PrivateKey.Generate(SshKeyKind.EcdsaP256);
    private static readonly PrivateKey Authority = PrivateKey.Generate(SshKeyKind.Ed25519);

    private TestBastion _bastion = null!;

    private HostKeyVerifier Verifier => _bastion.Get<HostKeyVerifier>();

    public async ValueTask InitializeAsync() => _bastion = await TestBastion.StartAsync("demo: { command: [/bin/sh], run_as: nobody }");

    public async ValueTask DisposeAsync() => await _bastion.DisposeAsync();

    [Fact]
    public void PinnedKey_IsTheTarget() => Assert.Null(Verifier.Refuse(Target(pins: [Key]), Offer(Key)));

    [Fact]
    public void AnotherKey_IsRefused_WithBothFingerprints()
    {
        string? refusal = Verifier.Refuse(Target(pins: [Key]), Offer(OtherKey));

        Assert.Contains(Key.PublicKey.Fingerprint, refusal, StringComparison.Ordinal);
        Assert.Contains(OtherKey.PublicKey.Fingerprint, refusal, StringComparison.Ordinal);
        Assert.Contains("10.0.0.5:22", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingConfigured_RefusesEveryMachine() => Assert.NotNull(Verifier.Refuse(Target(), Offer(Key)));

    [Theory]
    [InlineData("10.0.0.5")] // its address
    [InlineData("web1")] // its name
    public void HostCertificate_ForTheTarget_IsAccepted(string principal) =>
        Assert.Null(Verifier.Refuse(Target(authorities: [Authority]), Offer(Key, Certify(Key, Authority, principal))));

    [Fact]
    public void HostCertificate_ForAnotherHost_IsRefused() =>
        Assert.Contains(
            "another principal", Verifier.Refuse(Target(authorities: [Authority]), Offer(Key, Certify(Key, Authority, "web2"))), StringComparison.Ordinal);

    [Fact]
    public void HostCertificate_OfAnotherAuthority_IsRefused() =>
        Assert.NotNull(Verifier.Refuse(Target(authorities: [Authority]), Offer(Key, Certify(Key, OtherKey, "web1"))));

    [Fact]
    public void HostCertificate_ThatHasExpired_IsRefused() =>
        Assert.Contains(
            "expired",
            Verifier.Refuse(Target(authorities: [Authority]), Offer(Key, Certify(Key, Authority, "web1", TimeSpan.FromHours(-1)))),
            StringComparison.Ordinal);

    [Fact]
    public void UserCertificate_IsNoHostCertificate() =>
        Assert.NotNull(Verifier.Refuse(
            Target(authorities: [Authority]), Offer(Key, Certify(Key, Authority, "web1", type: SshCertificateType.User))));

    [Fact]
    public void PlainKey_WhereACertificateIsWanted_IsRefused() =>
        Assert.Contains("did not show", Verifier.Refuse(Target(authorities: [Authority]), Offer(Key)), StringComparison.Ordinal);

    [Fact]
    public async Task FirstContact_IsRememberedOnce_AndAnotherKeyRefused()
    {
        SshTargetModel target = Target(trustOnFirstUse: true);

        Assert.Null(Verifier.Refuse(target, Offer(Key)));
        Assert.Null(Verifier.Refuse(target, Offer(Key)));
        string? refusal = Verifier.Refuse(target, Offer(OtherKey));

        Assert.Contains("remembered from the first contact", refusal, StringComparison.Ordinal);
        Assert.Equal(Key.PublicKey.Fingerprint, (await _bastion.SingleAuditAsync("target_key.learned")).GetProperty("fingerprint").GetString());
    }

    // A pin says which key it is: another one is never learned in its place.
    [Fact]
    public void FirstContact_WithAPin_LearnsNothing()
    {
        SshTargetModel target = Target(pins: [Key], trustOnFirstUse: true);

        Assert.Null(Verifier.Refuse(target, Offer(Key)));
        Assert.NotNull(Verifier.Refuse(target, Offer(OtherKey)));
    }

    private static SshHostKeyOffer Offer(PrivateKey key, SshCertificate? certificate = null) => new(key.PublicKey, certificate);

    private static SshCertificate Certify(
        PrivateKey key, PrivateKey authority, string principal, TimeSpan? validFor = null, SshCertificateType type = SshCertificateType.Host)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new SshCertificateTemplate
        {
            Key = key.PublicKey,
            Type = type,
            KeyId = "test",
            Principals = [principal],
            ValidAfter = now.AddDays(-1),
            ValidBefore = now + (validFor ?? TimeSpan.FromHours(1)),
        }.Issue(authority);
    }

    private static SshTargetModel Target(PrivateKey[]? pins = null, PrivateKey[]? authorities = null, bool trustOnFirstUse = false) => new()
    {
        Name = "web1",
        Labels = FrozenDictionary<string, string>.Empty,
        Host = "10.0.0.5",
        Port = 22,
        PinnedKeys = [.. (pins ?? []).Select(key => key.PublicKey)],
        HostAuthorities = [.. (authorities ?? []).Select(key => key.PublicKey)],
        TrustOnFirstUse = trustOnFirstUse,
    };
}
