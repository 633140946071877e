using System.Security.Cryptography;
using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.Ssh.Tests.Keys;

public sealed class OpenSshPrivateKeyFileTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("ed25519", null, null)]
    [InlineData("ecdsa", 256, null)]
    [InlineData("ecdsa", 384, null)]
    [InlineData("ecdsa", 521, null)]
    [InlineData("rsa", 2048, null)]
    [InlineData("ecdsa", 256, "PEM")]
    [InlineData("ecdsa", 521, "PKCS8")]
    [InlineData("rsa", 2048, "PEM")]
    [InlineData("rsa", 3072, "PKCS8")]
    public async Task Read_FileOfSshKeygen_IsTheSameKey(string type, int? bits, string? format)
    {
        using TempFolder folder = new();
        KeyFile file = await SshKeygen.GenerateAsync(folder, "id", type, bits);
        if (format is not null)
        {
            await RunKeygenAsync("-q", "-p", "-P", "", "-N", "", "-m", format, "-f", file.Path);
        }

        using PrivateKey key = OpenSshPrivateKeyFile.Read(await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken));

        Assert.Equal(file.PublicLine, key.PublicKey.ToText());
        string algorithm = key.PublicKey.SignatureAlgorithms[0];
        Assert.True(key.PublicKey.Verify(algorithm, "x"u8, key.Sign(algorithm, "x"u8)));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(SshKeyKind.Ed25519)]
    [InlineData(SshKeyKind.EcdsaP256)]
    [InlineData(SshKeyKind.EcdsaP384)]
    [InlineData(SshKeyKind.EcdsaP521)]
    [InlineData(SshKeyKind.Rsa)]
    public async Task Write_File_IsReadBySshKeygenAndByUs(SshKeyKind kind)
    {
        using TempFolder folder = new();
        using PrivateKey key = PrivateKey.Generate(kind);
        string path = folder.Write("id", OpenSshPrivateKeyFile.Write(key, "bastion host key"));

        // -p with the same empty passphrase makes ssh-keygen read all of the private half and write it anew.
        string publicLine = await RunKeygenAsync("-y", "-f", path);
        await RunKeygenAsync("-q", "-p", "-P", "", "-N", "", "-f", path);
        using PrivateKey read = OpenSshPrivateKeyFile.Read(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));

        Assert.Equal(key.PublicKey.ToText("bastion host key"), publicLine.Trim());
        Assert.Equal(key.PublicKey, read.PublicKey);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ed25519", "RFC4716")]
    [InlineData("rsa", "RFC4716")]
    [InlineData("rsa", "PEM")]
    public async Task Read_EncryptedByOpenSsh_SaysHowToRemoveThePassphrase(string type, string format)
    {
        using TempFolder folder = new();
        string path = folder.File("id");
        await RunKeygenAsync("-q", "-t", type, "-N", "secret words", "-m", format, "-f", path);
        string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);

        SshFormatException refused = Assert.Throws<SshFormatException>(() => OpenSshPrivateKeyFile.Read(text, "secret words"));

        Assert.Contains("ssh-keygen -p", refused.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public async Task Read_EncryptedPkcs8_NeedsThePassphrase(string type)
    {
        using TempFolder folder = new();
        string path = folder.File("id");
        await RunKeygenAsync("-q", "-t", type, "-N", "secret words", "-m", "PKCS8", "-f", path);
        string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);

        using PrivateKey key = OpenSshPrivateKeyFile.Read(text, "secret words");

        Assert.Equal(new KeyFile(path).PublicLine, key.PublicKey.ToText());
        Assert.Throws<SshFormatException>(() => OpenSshPrivateKeyFile.Read(text));
        Assert.Throws<SshFormatException>(() => OpenSshPrivateKeyFile.Read(text, "other words"));
    }

    // RFC 8410 §10.3, the first example
    [Fact]
    public void Read_Ed25519Pkcs8_IsTheKeyOfTheRfc()
    {
        const string Pem = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            -----END PRIVATE KEY-----
            """;
        byte[] publicKey = Convert.FromHexString("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");

        using PrivateKey key = OpenSshPrivateKeyFile.Read(Pem);

        Assert.Equal(publicKey, key.PublicKey.Blob.ToArray()[^32..]);
    }

    // openssl ecparam -genkey writes a block with the curve first.
    [Fact]
    public void Read_BlockBeforeTheKey_IsPassedOver()
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string pem = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + ecdsa.ExportECPrivateKeyPem();

        using PrivateKey key = OpenSshPrivateKeyFile.Read(pem);

        Assert.Equal(SshKeyKind.EcdsaP256, key.PublicKey.Kind);
        Assert.Equal(ecdsa.ExportParameters(false).Q.Y, key.PublicKey.Blob.ToArray()[^32..]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_CurveThatSshDoesNotUse_IsRefused(bool named)
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        ECCurve curve = named ? ecdsa.ExportParameters(false).Curve : ecdsa.ExportExplicitParameters(false).Curve;
        using ECDsa key = ECDsa.Create(curve);

        Assert.Throws<SshFormatException>(() => OpenSshPrivateKeyFile.Read(key.ExportECPrivateKeyPem()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChAWEMB6rA9HVBgF0iL1/EzXNnxQ9b1a9mYlEDXU")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----")]
    [InlineData("-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----")]
    public void Read_NotAPrivateKey_SaysSo(string text) => Assert.Throws<SshFormatException>(() => OpenSshPrivateKeyFile.Read(text));

    [Theory(Timeout = 60_000)]
    [InlineData(1024)]
    public async Task Read_RsaTooSmall_NamesTheBits(int bits)
    {
        using TempFolder folder = new();
        KeyFile file = await SshKeygen.GenerateAsync(folder, "id", "rsa", bits);
        string text = await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken);

        SshFormatException refused = Assert.Throws<SshFormatException>(() => OpenSshPrivateKeyFile.Read(text));

        Assert.Contains("1024 bits", refused.Message, StringComparison.Ordinal);
    }

    // A file whose halves do not belong together would sign what nobody can verify.
    [Theory]
    [InlineData(SshKeyKind.Ed25519)]
    [InlineData(SshKeyKind.EcdsaP256)]
    [InlineData(SshKeyKind.Rsa)]
    public void Read_AnyByteOfTheFileChanged_NeverYieldsAnotherKey(SshKeyKind kind)
    {
        using PrivateKey key = PrivateKey.Generate(kind);
        string[] lines = OpenSshPrivateKeyFile.Write(key, "c").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        byte[] content = Convert.FromBase64String(string.Concat(lines[1..^1]));
        for (int i = 0; i < content.Length; i += 3)
        {
            byte[] changed = [.. content];
            changed[i] ^= 0x10;
            string text = $"{lines[0]}\n{Convert.ToBase64String(changed)}\n{lines[^1]}\n";
            try
            {
                using PrivateKey read = OpenSshPrivateKeyFile.Read(text);
                Assert.Equal(key.PublicKey, read.PublicKey); // the comment, or a number that is not needed to sign
            }
            catch (SshFormatException)
            {
                // refused, as it should be
            }
        }
    }

    private static async Task<string> RunKeygenAsync(params IReadOnlyList<string> arguments) =>
        (await ProcessRunner.RunAsync(Programs.SshKeygen, arguments)).ShouldExit().Output;
}
