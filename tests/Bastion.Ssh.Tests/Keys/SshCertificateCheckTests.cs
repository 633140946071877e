using System.Net;
using System.Security.Cryptography;
using Bastion.Ssh.Keys;
using Xunit;

namespace Bastion.Ssh.Tests.Keys;

// A well-formed certificate that holds, or does not.
public sealed class SshCertificateCheckTests : IDisposable
{
    private const ulong After = 1_900_000_000;
    private const ulong Before = 1_900_003_600;

    private static readonly IPAddress Home = IPAddress.Parse("10.1.2.3");

    private readonly PrivateKey _authority = PrivateKey.Generate(SshKeyKind.Ed25519);
    private readonly CertificateBlob _good;

    public SshCertificateCheckTests() =>
        _good = new CertificateBlob(_authority, _authority.PublicKey) { ValidAfter = After, ValidBefore = Before };

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Check_Good_IsAccepted()
    {
        Expect(CertificateRejection.None, _good);
        Expect(CertificateRejection.None, _good, principal: null);
    }

    [Theory]
    [InlineData(After - 1, CertificateRejection.NotYetValid)]
    [InlineData(After, CertificateRejection.None)]
    [InlineData(Before - 1, CertificateRejection.None)]
    [InlineData(Before, CertificateRejection.Expired)]
    [InlineData(Before + 1, CertificateRejection.Expired)]
    public void Check_AtTheBoundarySecond_BeginsInclusiveEndsExclusive(ulong second, CertificateRejection expected) =>
        Expect(expected, _good, now: (long)second);

    [Fact]
    public void B6_Check_ForeverAndNever_AreWhatTheySay()
    {
        Expect(CertificateRejection.None, _good with { ValidAfter = 0, ValidBefore = ulong.MaxValue });
        Expect(CertificateRejection.NotYetValid, _good with { ValidAfter = ulong.MaxValue, ValidBefore = ulong.MaxValue });
        Expect(CertificateRejection.Expired, _good with { ValidAfter = 0, ValidBefore = 0 });
        Expect(CertificateRejection.Expired, _good with { ValidAfter = 0, ValidBefore = 0 }, now: -5);
        Assert.Null((_good with { ValidBefore = ulong.MaxValue }).ToCertificate().Expiry);
        Assert.Null((_good with { ValidBefore = ulong.MaxValue - 1 }).ToCertificate().Expiry);
    }

    [Fact]
    public void B6_Check_OtherType_IsRefused()
    {
        Expect(CertificateRejection.WrongType, _good with { CertificateType = (uint)SshCertificateType.Host });
        Expect(CertificateRejection.WrongType, _good, type: SshCertificateType.Host);
    }

    [Fact]
    public void Check_UnknownAuthority_IsRefusedWithoutLookingFurther()
    {
        byte[] forged = Blobs.Join(Blobs.String("ssh-ed25519"), Blobs.String(new byte[64]));
        SshCertificate certificate = (_good with { Signature = forged }).ToCertificate();
        Assert.Equal(CertificateRejection.UntrustedAuthority, Check(_ => false));
        Assert.Equal(CertificateRejection.BadSignature, Check(_ => true));

        CertificateRejection Check(Func<PublicKey, bool> isTrusted) =>
            certificate.Check(SshCertificateType.User, isTrusted, "alice", At((long)After), Home);
    }

    [Fact]
    public void Check_AnyBitOfTheSignedPartChanged_NeverHolds()
    {
        byte[] blob = _good.ToBlob();
        for (int i = 0; i < blob.Length; i++)
        {
            blob[i] ^= 1;
            if (SshCertificate.TryParse(blob, out SshCertificate? certificate, out _))
            {
                Assert.NotEqual(
                    CertificateRejection.None,
                    certificate.Check(SshCertificateType.User, _ => true, null, At((long)After), Home));
            }

            blob[i] ^= 1;
        }
    }

    [Fact]
    public void Check_SignedByAnotherKeyThanNamed_IsBadSignature()
    {
        using PrivateKey other = PrivateKey.Generate(SshKeyKind.Ed25519);
        Expect(CertificateRejection.BadSignature, _good with { SignatureKey = other.PublicKey.Blob.ToArray() });
    }

    // RSA authorities sign by SHA-2 only, whatever name the signature comes under.
    [Fact]
    public void Check_AuthoritySignedBySha1_IsRefused()
    {
        using RSA rsa = RSA.Create(2048);
        using PrivateKey authority = new(RsaSigningKey.FromKey(rsa));
        CertificateBlob good = _good with { Authority = authority, SignatureKey = authority.PublicKey.Blob.ToArray() };
        Expect(CertificateRejection.None, good);

        byte[] blob = good.ToBlob();
        byte[] signed = blob[..^(4 + 4 + "rsa-sha2-512".Length + 4 + 256)];
        byte[] sha1 = rsa.SignData(signed, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
        Expect(CertificateRejection.SignatureAlgorithm, good with { Signature = Blobs.Join(Blobs.String("ssh-rsa"), Blobs.String(sha1)) });
        Expect(CertificateRejection.BadSignature, good with { Signature = Blobs.Join(Blobs.String("rsa-sha2-256"), Blobs.String(sha1)) });
    }

    [Fact]
    public void Check_EcdsaSignatureUnderTheNameOfAnotherCurve_IsRefused()
    {
        using PrivateKey authority = PrivateKey.Generate(SshKeyKind.EcdsaP384);
        CertificateBlob good = _good with { Authority = authority, SignatureKey = authority.PublicKey.Blob.ToArray() };
        Expect(CertificateRejection.None, good);
        Expect(
            CertificateRejection.SignatureAlgorithm,
            good with { Signature = Blobs.Join(Blobs.String("ecdsa-sha2-nistp256"), Blobs.String(new byte[8])) });
    }

    [Theory]
    [InlineData("alice", "alice", CertificateRejection.None)]
    [InlineData("alice", "Alice", CertificateRejection.PrincipalMismatch)]
    [InlineData("alice", "alic", CertificateRejection.PrincipalMismatch)]
    [InlineData("deploy,root", "root", CertificateRejection.PrincipalMismatch)]
    [InlineData("deploy,root", "deploy", CertificateRejection.PrincipalMismatch)]
    [InlineData("*", "root", CertificateRejection.PrincipalMismatch)]
    [InlineData("r??t", "root", CertificateRejection.PrincipalMismatch)]
    [InlineData(" root", "root", CertificateRejection.PrincipalMismatch)]
    [InlineData("", "root", CertificateRejection.PrincipalMismatch)]
    public void B1_Check_Principal_IsOneOpaqueString(string principal, string asked, CertificateRejection expected) =>
        Expect(expected, _good with { Principals = Blobs.String(principal) }, principal: asked);

    [Fact]
    public void B6_Check_NoPrincipals_IsRefusedAlwaysAndForBothTypes()
    {
        CertificateBlob nobody = _good with { Principals = [] };
        Expect(CertificateRejection.NoPrincipals, nobody);
        Expect(CertificateRejection.NoPrincipals, nobody, principal: null);
        Expect(
            CertificateRejection.NoPrincipals,
            nobody with { CertificateType = (uint)SshCertificateType.Host },
            type: SshCertificateType.Host);
    }

    [Fact]
    public void B6_Check_UnknownCriticalOption_IsRefused()
    {
        Expect(CertificateRejection.UnknownCriticalOption, _good with { Critical = CertificateBlob.Flag("force-command2") });
        Expect(
            CertificateRejection.UnknownCriticalOption,
            _good with { Critical = Blobs.Join(CertificateBlob.Option("force-command", "ls"), CertificateBlob.Flag("x@example.com")) });
        Expect(CertificateRejection.None, _good with { Extensions = CertificateBlob.Flag("x@example.com") });
    }

    [Fact]
    public void Check_HostCertificateWithAnyCriticalOption_IsRefused() => Expect(
        CertificateRejection.UnknownCriticalOption,
        _good with { CertificateType = (uint)SshCertificateType.Host, Critical = CertificateBlob.Option("source-address", "10.0.0.0/8") },
        type: SshCertificateType.Host);

    [Fact]
    public void Check_VerifyRequired_NeedsASecurityKey()
    {
        CertificateBlob verify = _good with { Critical = CertificateBlob.Flag("verify-required") };
        Expect(CertificateRejection.VerifyRequired, verify);

        PublicKey key = SecurityKeyTests.Key(SshKeyKind.SkEd25519, _authority, "ssh:");
        CertificateBlob onSecurityKey = new(_authority, key) { Critical = verify.Critical };
        Expect(CertificateRejection.None, onSecurityKey);
        Assert.Equal(
            SecurityKeyFlags.UserPresent | SecurityKeyFlags.UserVerified,
            onSecurityKey.ToCertificate().RequiredSecurityKeyFlags);
        CertificateBlob untouched = onSecurityKey with { Critical = [], Extensions = CertificateBlob.Flag("no-touch-required") };
        Assert.Equal(SecurityKeyFlags.None, untouched.ToCertificate().RequiredSecurityKeyFlags);
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.4", false)]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "203.0.113.9", false)]
    [InlineData("192.0.2.1,10.0.0.0/8", "10.1.1.1", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    [InlineData("10.0.0.0/8", "::ffff:11.1.1.1", false)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.1.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "::ffff:10.1.1.1", true)]
    [InlineData("::ffff:10.1.1.1", "10.1.1.1", true)]
    [InlineData("2001:db8::/32", "2001:db8:1::5", true)]
    [InlineData("2001:DB8::/32", "2001:db8:1::5", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("10.0.0.0/8", null, false)]
    public void A5_Check_SourceAddress_IsHonoured(string networks, string? source, bool accepted)
    {
        CertificateBlob blob = _good with { Critical = CertificateBlob.Option("source-address", networks) };
        IPAddress? address = source is null ? null : IPAddress.Parse(source);
        Assert.Equal(
            accepted ? CertificateRejection.None : CertificateRejection.SourceAddress,
            blob.ToCertificate().Check(SshCertificateType.User, _ => true, "alice", At((long)After), address));
    }

    [Fact]
    public void Check_SourceUnknownWithoutTheOption_IsAccepted() => Assert.Equal(
        CertificateRejection.None,
        _good.ToCertificate().Check(SshCertificateType.User, _ => true, "alice", At((long)After), null));

    [Fact]
    public void Describe_EveryRejection_HasItsOwnWords()
    {
        string[] words = [.. Enum.GetValues<CertificateRejection>().Select(rejection => rejection.Describe())];
        Assert.Equal(words.Length, words.Distinct().Count());
    }

    private static DateTimeOffset At(long second) => DateTimeOffset.FromUnixTimeSeconds(second);

    private static void Expect(
        CertificateRejection expected,
        CertificateBlob blob,
        SshCertificateType type = SshCertificateType.User,
        string? principal = "alice",
        long now = (long)After) =>
        Assert.Equal(expected, blob.ToCertificate().Check(type, _ => true, principal, At(now), Home));
}
