using System.Security.Cryptography;
using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.Ssh.Tests.Keys;

public sealed class PublicKeyTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("ed25519", null, SshKeyKind.Ed25519, "ssh-ed25519")]
    [InlineData("ecdsa", 256, SshKeyKind.EcdsaP256, "ecdsa-sha2-nistp256")]
    [InlineData("ecdsa", 384, SshKeyKind.EcdsaP384, "ecdsa-sha2-nistp384")]
    [InlineData("ecdsa", 521, SshKeyKind.EcdsaP521, "ecdsa-sha2-nistp521")]
    [InlineData("rsa", 2048, SshKeyKind.Rsa, "rsa-sha2-512")]
    public async Task TryParseText_LineOfSshKeygen_HasItsKindFingerprintAndText(
        string type, int? bits, SshKeyKind kind, string signatureAlgorithm)
    {
        using TempFolder folder = new();
        KeyFile file = await SshKeygen.GenerateAsync(folder, "id", type, bits);
        string listed = (await ProcessRunner.RunAsync(Programs.SshKeygen, "-l", "-f", file.PublicPath)).ShouldExit().Output;
        string line = (await File.ReadAllTextAsync(file.PublicPath, TestContext.Current.CancellationToken)).Trim();

        Assert.True(PublicKey.TryParseText(line, out PublicKey? key, out string? comment, out string? error), error);

        Assert.Equal(kind, key.Kind);
        Assert.Equal(signatureAlgorithm, key.SignatureAlgorithms[0]);
        Assert.Equal(listed.Split(' ')[1], key.Fingerprint);
        Assert.Equal("id", comment);
        Assert.Equal(line, key.ToText(comment));
        Assert.Equal(key, PublicKey.Parse(key.Blob.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 AAAA!")]
    [InlineData("ssh-ed25519 AAAA")]
    [InlineData("# a comment line")]
    [InlineData("no-pty ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChAWEMB6rA9HVBgF0iL1/EzXNnxQ9b1a9mYlEDXU")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChAWEMB6rA9HVBgF0iL1/EzXNnxQ9b1a9mYlEDXU a\nssh-ed25519")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChAWEMB6rA9HVBgF0iL1/EzXNnxQ9b1a9mYlEDXU \u001b[31m")]
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIKHEChAWEMB6rA9HVBgF0iL1/EzXNnxQ9b1a9mYlEDXU")]
    public void TryParseText_NotAKey_SaysWhy(string line)
    {
        Assert.False(PublicKey.TryParseText(line, out PublicKey? key, out _, out string? error));
        Assert.Null(key);
        Assert.NotEmpty(error!);
    }

    public static TheoryData<string, byte[]> BadBlobs()
    {
        byte[] ed25519 = PublicKeyBlob(SshKeyKind.Ed25519);
        byte[] p384 = PublicKeyBlob(SshKeyKind.EcdsaP384);
        byte[] p256 = PublicKeyBlob(SshKeyKind.EcdsaP256);
        byte[] point = p256[^65..];
        byte[] modulus = RandomNumberGenerator.GetBytes(256);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        byte[] e = [1, 0, 1];
        return new TheoryData<string, byte[]>
        {
            { "empty", [] },
            { "unknown type", Blobs.Join(Blobs.String("ssh-dss"), Blobs.String("x")) },
            { "certificate type", Blobs.Join(Blobs.String("ssh-ed25519-cert-v01@openssh.com"), ed25519[15..]) },
            { "trailing byte", [.. ed25519, 0] },
            { "cut short", ed25519[..^1] },
            { "ed25519 of 31 bytes", Blobs.Join(Blobs.String("ssh-ed25519"), Blobs.String(new byte[31])) },
            { "ed25519 of 33 bytes", Blobs.Join(Blobs.String("ssh-ed25519"), Blobs.String(new byte[33])) },
            { "P-384 key under the name of P-256", Blobs.Join(Blobs.String("ecdsa-sha2-nistp256"), p384[23..]) },
            { "P-256 point under curve nistp384", Ecdsa("nistp384", point) },
            { "point of wrong length", Ecdsa("nistp256", point[..^1]) },
            { "compressed point", Ecdsa("nistp256", [(byte)(2 | (point[^1] & 1)), .. point[1..33]]) },
            { "hybrid point", Ecdsa("nistp256", [(byte)(6 | (point[^1] & 1)), .. point[1..]]) },
            { "point at infinity", Ecdsa("nistp256", [0]) },
            { "zero point", Ecdsa("nistp256", [4, .. new byte[64]]) },
            { "point off the curve", Ecdsa("nistp256", [.. point[..^1], (byte)(point[^1] ^ 1)]) },
            { "coordinates beyond the field", Ecdsa("nistp256", [4, .. Enumerable.Repeat((byte)0xff, 64)]) },
            { "RSA of 1024 bits", Rsa(e, modulus[..128]) },
            { "RSA of 2047 bits", Rsa(e, [(byte)(modulus[0] & 0x7f), .. modulus[1..]]) },
            { "RSA of 16392 bits", Rsa(e, [0x80, .. new byte[2047], 1]) },
            { "RSA with even modulus", Rsa(e, [.. modulus[..^1], 2]) },
            { "RSA with e = 0", Rsa([], modulus) },
            { "RSA with e = 1", Rsa([1], modulus) },
            { "RSA with even e", Rsa([2], modulus) },
            { "RSA with e of 33 bits", Rsa([1, 0, 0, 0, 1], modulus) },
            { "RSA with a negative modulus", Blobs.Join(Blobs.String("ssh-rsa"), Blobs.Mpint(e), Blobs.String(modulus)) },
            { "RSA with padded e", Blobs.Join(Blobs.String("ssh-rsa"), Blobs.String([0, .. e]), Blobs.Mpint(modulus)) },
            { "RSA with trailing bytes", [.. Rsa(e, modulus), 0] },
            { "security key without application", Blobs.Join(Blobs.String("sk-ssh-ed25519@openssh.com"), ed25519[15..], Blobs.String("")) },
        };

        static byte[] Ecdsa(string curve, byte[] point) =>
            Blobs.Join(Blobs.String("ecdsa-sha2-nistp256"), Blobs.String(curve), Blobs.String(point));

        static byte[] Rsa(byte[] e, byte[] n) => Blobs.Join(Blobs.String("ssh-rsa"), Blobs.Mpint(e), Blobs.Mpint(n));
    }

    [Theory]
    [MemberData(nameof(BadBlobs))]
    public void TryParse_BadBlob_IsRefused(string what, byte[] blob)
    {
        Assert.False(PublicKey.TryParse(blob, out PublicKey? key, out string? error), what);
        Assert.Null(key);
        Assert.NotEmpty(error!);
        Assert.Throws<SshFormatException>(() => PublicKey.Parse(blob));
    }

    [Fact]
    public void TryParse_RsaAtTheBounds_IsAccepted()
    {
        byte[] smallest = [0x80, .. new byte[254], 1];
        byte[] largest = [0x80, .. new byte[2046], 1];
        foreach (byte[] modulus in (byte[][])[smallest, largest])
        {
            byte[] blob = Blobs.Join(Blobs.String("ssh-rsa"), Blobs.Mpint([3]), Blobs.Mpint(modulus));
            Assert.True(PublicKey.TryParse(blob, out _, out string? error), error);
        }
    }

    // The modulus of 65,536 bits that once made servers compute for seconds: it must be refused by its length alone.
    [Fact]
    public void TryParse_Rsa65536_IsRefusedAtOnce()
    {
        byte[] blob = Blobs.Join(Blobs.String("ssh-rsa"), Blobs.Mpint([1, 0, 1]), Blobs.Mpint([0xff, .. new byte[8190], 1]));
        Assert.False(PublicKey.TryParse(blob, out _, out _));
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < 100; i++)
        {
            Assert.False(PublicKey.TryParse(blob, out _, out _));
        }

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMilliseconds(500));
    }

    // B8: the largest modulus that is accepted costs its owner's opponent no more than this.
    [Fact]
    public void B8_Verify_LargestRsa_TakesBoundedTime()
    {
        byte[] modulus = [0xff, .. RandomNumberGenerator.GetBytes(2046), 1];
        byte[] signature = [0x7f, .. RandomNumberGenerator.GetBytes(2047)];
        byte[] blob = Blobs.Join(Blobs.String("ssh-rsa"), Blobs.Mpint([0xff, 0xff, 0xff, 0xff]), Blobs.Mpint(modulus));
        PublicKey key = PublicKey.Parse(blob);
        long start = TimeProvider.System.GetTimestamp();
        Assert.False(key.Verify("rsa-sha2-512", [1], Blobs.Join(Blobs.String("rsa-sha2-512"), Blobs.String(signature))));
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public void ToText_CommentWithLineBreak_Throws()
    {
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        Assert.Throws<ArgumentException>(() => key.PublicKey.ToText("a\nssh-ed25519 AAAA"));
    }

    [Fact]
    public void Equality_IsThatOfTheBlob()
    {
        using PrivateKey one = PrivateKey.Generate(SshKeyKind.Ed25519);
        using PrivateKey other = PrivateKey.Generate(SshKeyKind.Ed25519);
        PublicKey again = PublicKey.Parse(one.PublicKey.Blob.Span);

        Assert.Equal(one.PublicKey, again);
        Assert.Equal(one.PublicKey.GetHashCode(), again.GetHashCode());
        Assert.NotEqual(one.PublicKey, other.PublicKey);
    }

    private static byte[] PublicKeyBlob(SshKeyKind kind)
    {
        using PrivateKey key = PrivateKey.Generate(kind);
        return key.PublicKey.Blob.ToArray();
    }
}
