using Bastion.Ssh;
using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.Cli.Tests.Certificates;

// What ssh-keygen -L shows, `cert show` shows too, line by line.
public sealed class CertificateTextTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("ed25519", "-1m:+1h", "")]
    [InlineData("ecdsa", "always:forever", "clear permit-pty")]
    [InlineData("rsa", "20200101000000:20200102000000", "force-command=/bin/true\u00a0-x source-address=192.0.2.1,2001:db8::/32")]
    [InlineData("ed25519", "20200101000000:forever", "clear verify-required critical:x@example.com=value extension:y@example.com")]
    [InlineData("ed25519", "always:20990101000000", "no-pty extension:z@example.com=value")]
    public async Task Show_UserCertificate_SaysWhatSshKeygenSays(string keyType, string validity, string options)
    {
        KeyFile authority = await SshKeygen.GenerateAsync(_folder, "ca", "ecdsa");
        KeyFile key = await SshKeygen.GenerateAsync(_folder, "id", keyType);
        await SshKeygen.SignUserAsync(authority, key, "user=alice id=1", "alice,bob", validity, options.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        await AssertSameAsync(key);
    }

    [Fact(Timeout = 60_000)]
    public async Task Show_HostCertificate_SaysWhatSshKeygenSays()
    {
        KeyFile authority = await SshKeygen.GenerateAsync(_folder, "ca");
        KeyFile key = await SshKeygen.GenerateAsync(_folder, "id");
        await SshKeygen.SignHostAsync(authority, key, "web1,web1.example.com");

        await AssertSameAsync(key);
    }

    [Fact(Timeout = 60_000)]
    public async Task Show_Valid_SaysForHowLong()
    {
        using PrivateKey authority = PrivateKey.Generate(SshKeyKind.Ed25519);

        Assert.EndsWith("        Status: valid for 7h 59m\n", await ShowAsync(Issue(authority), Noon.AddSeconds(5)), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(-61, "not valid yet, but in 1m 1s\n")]
    [InlineData((8 * 3600) + 90, "expired 1m 30s ago\n")]
    public async Task Show_OutsideItsTime_SaysSo(int seconds, string status)
    {
        using PrivateKey authority = PrivateKey.Generate(SshKeyKind.Ed25519);

        Assert.Contains($"        Status: {status}", await ShowAsync(Issue(authority), Noon.AddSeconds(seconds)), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Show_SignatureOfAnother_SaysSo()
    {
        using PrivateKey authority = PrivateKey.Generate(SshKeyKind.Ed25519);
        byte[] blob = Issue(authority).Blob.ToArray();
        blob[^1] ^= 1;
        Assert.True(SshCertificate.TryParse(blob, out SshCertificate? forged, out _));

        Assert.Contains("signature", (await ShowAsync(forged, Noon)).Split("Status: ")[1], StringComparison.OrdinalIgnoreCase);
    }

    [Fact(Timeout = 60_000)]
    public async Task Show_KeyIdWithControlCharacters_ShowsThem()
    {
        KeyFile authority = await SshKeygen.GenerateAsync(_folder, "ca");
        KeyFile key = await SshKeygen.GenerateAsync(_folder, "id");
        await SshKeygen.SignUserAsync(authority, key, "\u001b]0;title\u0007", "alice");
        Cli cli = new(_folder.Root);

        await cli.RunAsync("cert", "show", key.CertificatePath);

        Assert.Contains("Key ID: \"\\u001b]0;title\\u0007\"\n", cli.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Show_Json_HasTheNamesOfTheApi()
    {
        using PrivateKey authority = PrivateKey.Generate(SshKeyKind.Ed25519);

        string json = await ShowAsync(Issue(authority), Noon, "--json");

        Assert.Equal(
            """[{"id":"18446744073709551615","type":"user","valid_after":"2026-01-01T12:00:00Z","valid_before":"2026-01-01T20:00:00Z"}]""",
            System.Text.Json.Nodes.JsonNode.Parse(json)!["items"]!.AsArray().Select(item => new System.Text.Json.Nodes.JsonObject
            {
                ["id"] = (string)item!["id"]!,
                ["type"] = (string)item["type"]!,
                ["valid_after"] = (string)item["valid_after"]!,
                ["valid_before"] = (string)item["valid_before"]!,
            }).Aggregate(new System.Text.Json.Nodes.JsonArray(), (all, item) => [.. all, item]).ToJsonString());
    }

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static SshCertificate Issue(PrivateKey authority)
    {
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        return new SshCertificateTemplate
        {
            Key = key.PublicKey,
            Type = SshCertificateType.User,
            KeyId = "user=alice",
            Principals = ["alice"],
            ValidAfter = Noon,
            ValidBefore = Noon.AddHours(8),
            Serial = ulong.MaxValue,
        }.Issue(authority);
    }

    private async Task<string> ShowAsync(SshCertificate certificate, DateTimeOffset now, params IReadOnlyList<string> options)
    {
        string path = _folder.Write("shown-cert.pub", certificate.ToText() + "\n");
        Cli cli = new(_folder.Root, now);
        Assert.Equal(0, await cli.RunAsync(["cert", "show", path, .. options]));
        return cli.Output;
    }

    private async Task AssertSameAsync(KeyFile key)
    {
        ProcessRequest request = new(Programs.SshKeygen, "-L", "-f", key.CertificatePath) { Environment = new Dictionary<string, string?> { ["TZ"] = "UTC" } };
        string expected = (await ProcessRunner.RunAsync(request)).ShouldExit().Output;
        Cli cli = new(_folder.Root);

        Assert.Equal(0, await cli.RunAsync("cert", "show", key.Path));

        string[] lines = cli.Output.TrimEnd('\n').Split('\n');
        Assert.StartsWith("        Status: ", lines[^1], StringComparison.Ordinal);
        Assert.Equal(expected.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd(' ')), lines[..^1]);
    }
}
