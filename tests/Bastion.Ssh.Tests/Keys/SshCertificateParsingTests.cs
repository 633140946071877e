using System.Security.Cryptography;
using Xunit;

namespace Bastion.Ssh.Tests.Keys;

// What is no certificate at all.
public sealed class SshCertificateParsingTests : IDisposable
{
    private readonly PrivateKey _authority = PrivateKey.Generate(SshKeyKind.Ed25519);
    private readonly CertificateBlob _good;

    public SshCertificateParsingTests() => _good = new CertificateBlob(_authority, _authority.PublicKey);

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void TryParse_Good_Succeeds() => Accept(_good);

    [Fact]
    public void TryParse_PlainKey_IsRefused() => Refuse(_authority.PublicKey.Blob.ToArray());

    [Fact]
    public void TryParse_TrailingByte_IsRefused() => Refuse(_good with { Trailer = [0] });

    [Fact]
    public void TryParse_CutAnywhere_IsRefused()
    {
        CertificateBlob full = _good with
        {
            Critical = CertificateBlob.Option("force-command", "x"),
            Extensions = CertificateBlob.Flag("permit-pty"),
        };
        byte[] blob = full.ToBlob();
        for (int length = 0; length < blob.Length; length++)
        {
            Refuse(blob[..length]);
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(0xffffffffu)]
    public void TryParse_NeitherUserNorHost_IsRefused(uint type) => Refuse(_good with { CertificateType = type });

    [Fact]
    public void TryParse_ReservedFilled_IsAccepted() => Accept(_good with { Reserved = [1, 2, 3] });

    [Fact]
    public void TryParse_Principals_CountAndPackingAreBounded()
    {
        byte[] one = Blobs.String("p");
        Accept(_good with { Principals = Blobs.Join(Enumerable.Repeat(one, 256)) });
        Refuse(_good with { Principals = Blobs.Join(Enumerable.Repeat(one, 257)) });
        Refuse(_good with { Principals = [0, 0, 0, 9, (byte)'a'] });
        Refuse(_good with { Principals = Blobs.String("root\0x") });
        Refuse(_good with { Principals = Blobs.String([0xff, 0xfe]) });
        Refuse(_good with { KeyId = Blobs.String("a\0b") });
    }

    // B8: the size is looked at before anything else.
    [Fact]
    public void B8_TryParse_TenMegabytes_IsRefusedWithoutCopyingIt()
    {
        byte[] blob = (_good with { Principals = Blobs.String(new byte[10 * 1024 * 1024]) }).ToBlob();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(SshCertificate.TryParse(blob, out _, out _));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024);
    }

    // Teleport CVE-2025-49825: an authority that is itself a certificate.
    [Fact]
    public void TryParse_CertificateAsAuthority_IsRefused() =>
        Assert.Contains("not a certificate", Refuse(_good with { SignatureKey = _good.ToBlob() }), StringComparison.Ordinal);

    // A parser that followed the chain would end the process (golang/crypto 90f76b8). 200 levels keep below the limit on size,
    // 100,000 do not; the stack is too small for either.
    [Theory]
    [InlineData(200)]
    [InlineData(100_000)]
    public void TryParse_DeeplyNestedCertificates_AreRefusedWithoutRecursion(int depth)
    {
        byte[] nested = Nest(depth);
        string? error = null;
        Thread thread = new(() => error = Refuse(nested), maxStackSize: 64 * 1024);
        thread.Start();
        thread.Join();
        Assert.NotNull(error);
    }

    public static TheoryData<string, byte[]> BadOptions() => new()
    {
        { "value cut short", Blobs.Join(Blobs.String("force-command"), [0, 0, 0, 9, 1]) },
        { "name without value", Blobs.String("verify-required") },
        { "empty name", CertificateBlob.Flag("") },
        { "name with a space", CertificateBlob.Flag("verify required") },
        { "doubled", Blobs.Join(CertificateBlob.Option("force-command", "a"), CertificateBlob.Option("force-command", "b")) },
        { "doubled unknown", Blobs.Join(CertificateBlob.Flag("x@y"), CertificateBlob.Flag("x@y")) },
        { "out of order", Blobs.Join(CertificateBlob.Option("source-address", "10.0.0.1"), CertificateBlob.Option("force-command", "b")) },
        { "too many", Blobs.Join(Enumerable.Range(0, 129).Select(i => CertificateBlob.Flag($"x{i:D3}@y"))) },
        { "force-command empty", CertificateBlob.Option("force-command", "") },
        { "force-command without inner string", CertificateBlob.Flag("force-command") },
        { "force-command with trailing bytes", Raw("force-command", [.. Blobs.String("ls"), 0]) },
        { "force-command as bare text", Raw("force-command", [.. "ls"u8]) },
        { "force-command with NUL", CertificateBlob.Option("force-command", "ls\0") },
        { "verify-required with a value", CertificateBlob.Option("verify-required", "") },
        { "source-address empty", CertificateBlob.Option("source-address", "") },
        { "source-address without inner string", CertificateBlob.Flag("source-address") },
        { "source-address with trailing bytes", Raw("source-address", [.. Blobs.String("10.0.0.1"), 0]) },
        { "source-address garbage", CertificateBlob.Option("source-address", "somewhere") },
        { "source-address with an empty part", CertificateBlob.Option("source-address", "10.0.0.1,") },
        { "source-address with a space", CertificateBlob.Option("source-address", "10.0.0.1, 10.0.0.2") },
        { "source-address with host bits", CertificateBlob.Option("source-address", "10.0.0.1/8") },
        { "source-address prefix too long", CertificateBlob.Option("source-address", "10.0.0.0/33") },
        { "source-address prefix signed", CertificateBlob.Option("source-address", "10.0.0.0/+8") },
        { "source-address prefix empty", CertificateBlob.Option("source-address", "10.0.0.0/") },
        { "source-address negated", CertificateBlob.Option("source-address", "!10.0.0.1") },
        { "source-address short form", CertificateBlob.Option("source-address", "10") },
        { "source-address octal", CertificateBlob.Option("source-address", "010.0.0.1") },
        { "source-address hexadecimal", CertificateBlob.Option("source-address", "0x0a000001") },
        { "source-address with zone", CertificateBlob.Option("source-address", "fe80::1%eth0") },
        { "source-address in brackets", CertificateBlob.Option("source-address", "[::1]") },
        { "source-address with port", CertificateBlob.Option("source-address", "[::1]:22") },
        { "source-address IPv6 prefix too long", CertificateBlob.Option("source-address", "::1/129") },
        { "source-address too many", CertificateBlob.Option("source-address", string.Join(',', Enumerable.Repeat("10.0.0.1", 257))) },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void TryParse_BadCriticalOption_IsRefused(string what, byte[] options)
    {
        Assert.NotEmpty(what);
        Refuse(_good with { Critical = options });
    }

    [Fact]
    public void TryParse_Extensions_UnknownAreKeptAndKnownOnesHaveNoValue()
    {
        byte[] unknown = Raw("claims@example.com", [1, 2, 3]);
        SshCertificate certificate = Accept(_good with { Extensions = Blobs.Join(unknown, CertificateBlob.Flag("permit-pty")) });
        Assert.Equal([1, 2, 3], certificate.Extensions[0].Value.ToArray());
        Refuse(_good with { Extensions = CertificateBlob.Option("permit-pty", "no") });
        Refuse(_good with { Extensions = Blobs.Join(CertificateBlob.Flag("permit-pty"), unknown) });
    }

    [Fact]
    public void TryParse_UnusableKeysInside_AreRefused()
    {
        using PrivateKey p384 = PrivateKey.Generate(SshKeyKind.EcdsaP384);
        byte[] p384Fields = p384.PublicKey.Blob.ToArray()[23..];
        Refuse(_good with { Type = "ecdsa-sha2-nistp256-cert-v01@openssh.com", KeyFields = p384Fields });

        byte[] modulus = [0xff, .. RandomNumberGenerator.GetBytes(126), 1];
        byte[] rsa1024 = Blobs.Join(Blobs.Mpint([1, 0, 1]), Blobs.Mpint(modulus));
        Refuse(_good with { Type = "ssh-rsa-cert-v01@openssh.com", KeyFields = rsa1024 });
        Refuse(_good with { SignatureKey = Blobs.Join(Blobs.String("ssh-rsa"), rsa1024) });
        Refuse(_good with { SignatureKey = [] });
        Refuse(_good with { Signature = [] });
        Refuse(_good with { Signature = Blobs.String("ssh ed25519") });
    }

    [Fact]
    public void TryParseText_TypeOfAnotherKind_IsRefused()
    {
        string line = _good.ToCertificate().ToText();
        string renamed = "ssh-rsa-cert-v01@openssh.com" + line[line.IndexOf(' ', StringComparison.Ordinal)..];
        Assert.False(SshCertificate.TryParseText(renamed, out SshCertificate? certificate, out _, out string? error));
        Assert.Null(certificate);
        Assert.NotEmpty(error!);
    }

    // Certificates inside each other, all lengths right, without signatures. Written from the outside in: building each from its inner
    // one would copy quadratically.
    private byte[] Nest(int depth)
    {
        byte[] innermost = _good.ToBlob();
        byte[] start = (_good with { SignatureKey = [], Signature = [] }).ToBlob()[..^8];
        using MemoryStream nested = new();
        for (int level = depth; level > 0; level--)
        {
            nested.Write(start);
            nested.Write(Blobs.UInt32((uint)(((level - 1) * (start.Length + 8)) + innermost.Length)));
        }

        nested.Write(innermost);
        nested.Write(new byte[4 * depth]); // the empty signatures
        return nested.ToArray();
    }

    private static byte[] Raw(string name, byte[] value) => Blobs.Join(Blobs.String(name), Blobs.String(value));

    private static SshCertificate Accept(CertificateBlob blob) => blob.ToCertificate();

    private static string Refuse(CertificateBlob blob) => Refuse(blob.ToBlob());

    private static string Refuse(byte[] blob)
    {
        Assert.False(SshCertificate.TryParse(blob, out SshCertificate? certificate, out string? error));
        Assert.Null(certificate);
        Assert.NotEmpty(error!);
        return error!;
    }
}
