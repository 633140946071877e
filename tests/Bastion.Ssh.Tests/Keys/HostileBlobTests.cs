using System.Net;
using System.Runtime.ExceptionServices;
using CsCheck;
using Xunit;

namespace Bastion.Ssh.Tests.Keys;

// Whatever bytes come: parsers say no without an exception and without memory beyond what was sent.
public sealed class HostileBlobTests : IDisposable
{
    private const int Iterations = 20_000;

    // Two copies of the input, and 256 principals and 2 × 128 options as objects.
    private const int AllocationFactor = 4;
    private const int AllocationConstant = 64 * 1024;

    private static readonly uint[] EvilLengths = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_fffb, 0xffff_ffff];

    [ThreadStatic]
    private static int _thrown;

    private readonly PrivateKey _ed25519 = PrivateKey.Generate(SshKeyKind.Ed25519);
    private readonly PrivateKey _p256 = PrivateKey.Generate(SshKeyKind.EcdsaP256);
    private readonly PrivateKey _rsa = PrivateKey.Generate(SshKeyKind.Rsa);

    public HostileBlobTests() => AppDomain.CurrentDomain.FirstChanceException += Count;

    public void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= Count;
        _ed25519.Dispose();
        _p256.Dispose();
        _rsa.Dispose();
    }

    [Fact]
    public void TryParse_RandomBytes_NeverThrowsNorHoards() => Gen.Byte.Array[0, 300].Sample(CheckParsers, iter: Iterations);

    [Fact]
    public void TryParse_MutatedBlobs_NeverThrowsNorHoards() => Mutated(SeedBlobs()).Sample(CheckParsers, iter: Iterations);

    [Fact]
    public void Verify_MutatedSignatures_NeverThrows()
    {
        byte[] data = [1, 2, 3];
        PrivateKey[] keys = [_ed25519, _p256, _rsa];
        byte[][] signatures = [.. keys.Select(key => key.Sign(key.PublicKey.SignatureAlgorithms[0], data))];
        Mutated(signatures).Sample(
            signature =>
            {
                foreach (PrivateKey key in keys)
                {
                    string algorithm = key.PublicKey.SignatureAlgorithms[0];
                    bool untouched = signatures.Any(original => original.AsSpan().SequenceEqual(signature));
                    Assert.True(!key.PublicKey.Verify(algorithm, data, signature) || untouched);
                }
            },
            iter: Iterations / 10);
    }

    [Fact]
    public void TryParseText_RandomLines_NeverThrows()
    {
        Gen<string> line = Gen.OneOf(
            Gen.String[0, 200],
            Mutated(SeedBlobs()).Select(blob => $"ssh-ed25519 {Convert.ToBase64String(blob)} comment"),
            Mutated(SeedBlobs()).Select(blob => $"ssh-ed25519-cert-v01@openssh.com\t{Convert.ToBase64String(blob)}"));
        line.Sample(
            text =>
            {
                int before = _thrown;
                _ = PublicKey.TryParseText(text, out _, out _, out _);
                _ = SshCertificate.TryParseText(text, out _, out _, out _);
                Assert.Equal(before, _thrown);
            },
            iter: Iterations);
    }

    [Fact]
    public void Read_MutatedPrivateKeyFiles_ThrowsNothingButSshFormatException()
    {
        byte[][] files = [.. new[] { _ed25519, _p256, _rsa }.Select(key =>
        {
            string[] lines = OpenSshPrivateKeyFile.Write(key, "c").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return Convert.FromBase64String(string.Concat(lines[1..^1]));
        })];
        string[] labels = ["OPENSSH PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"];
        Gen.Select(Mutated(files), OneOf(labels)).Sample(
            (content, label) =>
            {
                string text = $"-----BEGIN {label}-----\n{Convert.ToBase64String(content)}\n-----END {label}-----\n";
                try
                {
                    OpenSshPrivateKeyFile.Read(text, "x").Dispose();
                }
                catch (SshFormatException)
                {
                    // the one way to say no
                }
            },
            iter: Iterations / 10);
    }

    private static void CheckParsers(byte[] blob)
    {
        int thrownBefore = _thrown;
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isKey = PublicKey.TryParse(blob, out PublicKey? key, out _);
        bool isCertificate = SshCertificate.TryParse(blob, out SshCertificate? certificate, out _);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(thrownBefore, _thrown);
        Assert.True(allocated <= (AllocationFactor * blob.Length) + AllocationConstant, $"{allocated} bytes for {blob.Length}");
        if (isKey)
        {
            Assert.Equal(blob, key!.Blob.ToArray());
            Assert.False(key.Verify(key.SignatureAlgorithms[0], blob, blob));
        }

        if (isCertificate)
        {
            Assert.Equal(blob, certificate!.Blob.ToArray());
            certificate.Check(certificate.Type, _ => true, "alice", DateTimeOffset.UnixEpoch, IPAddress.Loopback);
        }
    }

    private byte[][] SeedBlobs()
    {
        CertificateBlob certificate = new(_ed25519, _p256.PublicKey)
        {
            Principals = Blobs.Join(Blobs.String("alice"), Blobs.String("deploy")),
            Critical = Blobs.Join(
                CertificateBlob.Option("force-command", "ls"),
                CertificateBlob.Option("source-address", "10.0.0.0/8,::1")),
            Extensions = Blobs.Join(CertificateBlob.Flag("permit-port-forwarding"), CertificateBlob.Flag("permit-pty")),
        };
        return
        [
            _ed25519.PublicKey.Blob.ToArray(),
            _p256.PublicKey.Blob.ToArray(),
            _rsa.PublicKey.Blob.ToArray(),
            SecurityKeyTests.Key(SshKeyKind.SkEd25519, _ed25519, "ssh:").Blob.ToArray(),
            certificate.ToBlob(),
            new CertificateBlob(_rsa, _rsa.PublicKey).ToBlob(),
            new CertificateBlob(_p256, _ed25519.PublicKey).ToBlob(),
        ];
    }

    // One to four changes: a flipped byte, a length field set to a bad one, a piece cut out or doubled.
    private static Gen<byte[]> Mutated(byte[][] seeds)
    {
        Gen<(int Kind, double At, int Value)> change = Gen.Select(Gen.Int[0, 3], Gen.Double[0, 1], Gen.Int[0, 255]);
        return Gen.Select(OneOf(seeds), change.Array[1, 4], (seed, changes) =>
        {
            byte[] blob = [.. seed];
            foreach ((int kind, double at, int value) in changes)
            {
                blob = Change(blob, kind, (int)(at * blob.Length), value);
            }

            return blob;
        });
    }

    private static Gen<T> OneOf<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static byte[] Change(byte[] blob, int kind, int at, int value)
    {
        int end = Math.Min(blob.Length, at + (value % 40));
        switch (kind)
        {
            case 0 when at < blob.Length:
                blob[at] = (byte)value;
                return blob;
            case 1 when at + 4 <= blob.Length:
                Blobs.UInt32(EvilLengths[value % EvilLengths.Length]).CopyTo(blob, at);
                return blob;
            case 2:
                return [.. blob[..at], .. blob[end..]];
            default:
                return [.. blob[..end], .. blob[at..]];
        }
    }

    private static void Count(object? sender, FirstChanceExceptionEventArgs args) => _thrown++;
}
