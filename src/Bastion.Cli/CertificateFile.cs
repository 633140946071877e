using System.Globalization;
using System.Text.Json.Nodes;
using Bastion.Ssh;

namespace Bastion.Cli;

// A -cert.pub file, read without any bastion.
internal static class CertificateFile
{
    private const string Suffix = "-cert.pub";

    // Where ssh looks for the certificate of a key: id_ed25519.pub has id_ed25519-cert.pub beside it.
    internal static string PathFor(string publicKeyPath) =>
        (publicKeyPath.EndsWith(".pub", StringComparison.Ordinal) ? publicKeyPath[..^".pub".Length] : publicKeyPath) + Suffix;

    // What it says. Nothing here is verified but the form: that takes the authority's key, which the bastion has.
    internal static JsonObject Describe(string path, DateTimeOffset now)
    {
        if (!path.EndsWith(Suffix, StringComparison.Ordinal) && File.Exists(PathFor(path)))
        {
            path = PathFor(path);
        }

        string line = PublicKeyFile.ReadText(path).Trim();
        if (!SshCertificate.TryParseText(line, out SshCertificate? certificate, out string? comment, out string? error))
        {
            throw new CommandFailedException($"{path} is not a certificate: {error}", ExitCode.Usage);
        }

        return new JsonObject
        {
            ["id"] = certificate.Serial.ToString(CultureInfo.InvariantCulture),
            ["file"] = path,
            ["type"] = certificate.Type == SshCertificateType.User ? "user" : "host",
            ["state"] = State(certificate, now),
            ["key_id"] = certificate.KeyId,
            ["principals"] = List(certificate.Principals),
            ["valid_after"] = Time(certificate.ValidAfter),
            ["valid_before"] = Time(certificate.ValidBefore),
            ["key"] = $"{certificate.Key.KeyType} {certificate.Key.Fingerprint}",
            ["authority"] = $"{certificate.SignatureKey.KeyType} {certificate.SignatureKey.Fingerprint}",
            ["force_command"] = certificate.ForceCommand,
            ["source_address"] = certificate.SourceAddresses is null ? null : string.Join(',', certificate.SourceAddresses),
            ["critical_options"] = List(certificate.CriticalOptions.Select(option => option.Key)),
            ["extensions"] = List(certificate.Extensions.Select(extension => extension.Key)),
            ["comment"] = comment,
        };
    }

    private static string State(SshCertificate certificate, DateTimeOffset now)
    {
        ulong present = (ulong)now.ToUnixTimeSeconds();
        return present < certificate.ValidAfter ? "not valid yet" : present >= certificate.ValidBefore ? "expired" : "valid";
    }

    private static string Time(ulong seconds) => seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        ? DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : "forever";

    private static JsonArray List(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
