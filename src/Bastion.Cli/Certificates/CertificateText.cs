using System.Globalization;
using System.Text;
using Bastion.Cli.Output;
using Bastion.Ssh;

namespace Bastion.Cli.Certificates;

// A certificate for people, in the words and the order of `ssh-keygen -L`, whose readers know where to look; the last line is ours.
internal static class CertificateText
{
    private const string Indent = "        ";
    private const string Item = Indent + Indent;

    internal static void Write(CliEnvironment environment, SshCertificate certificate)
    {
        TextWriter output = environment.Output;
        Line("Type", $"{certificate.CertificateType} {(certificate.Type == SshCertificateType.User ? "user" : "host")} certificate");
        Line("Public key", $"{ShortType(certificate.Key)}-CERT {certificate.Key.Fingerprint}");
        Line("Signing CA", $"{ShortType(certificate.SignatureKey)} {certificate.SignatureKey.Fingerprint} (using {certificate.SignatureAlgorithm})");
        Line("Key ID", $"\"{SafeText.Escape(certificate.KeyId)}\"");
        Line("Serial", certificate.Serial.ToString(CultureInfo.InvariantCulture));
        Line("Valid", Validity(certificate, environment.Time));
        Items("Principals", certificate.Principals);
        Items("Critical Options", certificate.CriticalOptions.Select(option => Option(option, IsTextOption)));
        Items("Extensions", certificate.Extensions.Select(option => Option(option, _ => false)));
        Line("Status", CertificateStatus.Describe(certificate, environment.Time));

        void Line(string name, string value) => output.WriteLine($"{Indent}{name}: {value}");

        void Items(string name, IEnumerable<string> items)
        {
            List<string> lines = [.. items];
            output.WriteLine(lines.Count > 0 ? $"{Indent}{name}:" : $"{Indent}{name}: (none)");
            lines.ForEach(item => output.WriteLine($"{Item}{SafeText.Escape(item)}"));
        }
    }

    private static string ShortType(PublicKey key) => key.Kind switch
    {
        SshKeyKind.Ed25519 => "ED25519",
        SshKeyKind.EcdsaP256 or SshKeyKind.EcdsaP384 or SshKeyKind.EcdsaP521 => "ECDSA",
        SshKeyKind.Rsa => "RSA",
        SshKeyKind.SkEd25519 => "ED25519-SK",
        SshKeyKind.SkEcdsaP256 => "ECDSA-SK",
        _ => key.KeyType,
    };

    private static string Validity(SshCertificate certificate, TimeProvider clock) => (certificate.ValidAfter, certificate.ValidBefore) switch
    {
        (0, SshCertificate.Forever) => "forever",
        (0, ulong before) => $"before {Time(before, clock)}",
        (ulong after, SshCertificate.Forever) => $"after {Time(after, clock)}",
        (ulong after, ulong before) => $"from {Time(after, clock)} to {Time(before, clock)}",
    };

    // Seconds that no calendar has stay seconds.
    private static string Time(ulong seconds, TimeProvider clock) => seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        ? TimeText.Local(DateTimeOffset.FromUnixTimeSeconds((long)seconds), clock).Replace(' ', 'T')
        : seconds.ToString(CultureInfo.InvariantCulture);

    private static bool IsTextOption(string name) => name is "force-command" or "source-address";

    private static string Option(KeyValuePair<string, ReadOnlyMemory<byte>> option, Func<string, bool> isText)
    {
        ReadOnlySpan<byte> value = option.Value.Span;
        // The value of these is one string in a string, whose length the parser has checked.
        return isText(option.Key) ? $"{option.Key} {Encoding.UTF8.GetString(value[sizeof(uint)..])}"
            : value.Length > 0 ? $"{option.Key} UNKNOWN OPTION: {Convert.ToHexStringLower(value)} (len {value.Length})"
            : CertificateStatus.IsKnownFlag(option.Key) ? option.Key
            : $"{option.Key} UNKNOWN FLAG OPTION";
    }
}
