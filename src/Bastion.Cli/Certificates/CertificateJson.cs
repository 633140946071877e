using System.Globalization;
using System.Text.Json.Nodes;
using Bastion.Ssh;

namespace Bastion.Cli.Certificates;

// A certificate for scripts, with the names that the bastion's own JSON uses.
internal static class CertificateJson
{
    internal static JsonObject Of(SshCertificate certificate, TimeProvider clock) => new()
    {
        // JSON readers keep numbers as doubles, which cannot hold 64 bits.
        ["id"] = certificate.Serial.ToString(CultureInfo.InvariantCulture),
        ["type"] = certificate.Type == SshCertificateType.User ? "user" : "host",
        ["status"] = CertificateStatus.Describe(certificate, clock),
        ["key_id"] = certificate.KeyId,
        ["principals"] = List(certificate.Principals),
        ["valid_after"] = Time(certificate.ValidAfter),
        ["valid_before"] = Time(certificate.ValidBefore),
        ["key_type"] = certificate.Key.KeyType,
        ["fingerprint"] = certificate.Key.Fingerprint,
        ["authority"] = certificate.SignatureKey.Fingerprint,
        ["signature_algorithm"] = certificate.SignatureAlgorithm,
        ["force_command"] = certificate.ForceCommand,
        ["source_address"] = certificate.SourceAddresses is null ? null : string.Join(',', certificate.SourceAddresses),
        ["critical_options"] = List(certificate.CriticalOptions.Select(option => option.Key)),
        ["extensions"] = List(certificate.Extensions.Select(extension => extension.Key)),
    };

    // Null for no end, and for seconds that no calendar has.
    private static string? Time(ulong seconds) => seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        ? DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : null;

    private static JsonArray List(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
