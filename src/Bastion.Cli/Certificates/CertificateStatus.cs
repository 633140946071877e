using Bastion.Cli.Output;
using Bastion.Ssh;

namespace Bastion.Cli.Certificates;

// What can be said of a certificate without any bastion: whether its form, its signature and its time are right. Whether its authority is
// to be trusted, and whether it was revoked, only a bastion knows.
internal static class CertificateStatus
{
    internal static string Describe(SshCertificate certificate, TimeProvider clock)
    {
        DateTimeOffset now = clock.GetUtcNow();
        CertificateRejection rejection = certificate.Check(certificate.Type, _ => true, principal: null, now, source: null);
        return rejection switch
        {
            // The address is looked at last: all else is right.
            CertificateRejection.None or CertificateRejection.SourceAddress => certificate.Expiry is { } expiry
                ? $"valid for {TimeText.Duration(expiry - now)}"
                : "valid without end",
            CertificateRejection.NotYetValid when certificate.ValidAfter <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() =>
                $"not valid yet, but in {TimeText.Duration(DateTimeOffset.FromUnixTimeSeconds((long)certificate.ValidAfter) - now)}",
            CertificateRejection.Expired => $"expired {TimeText.Duration(now - certificate.Expiry!.Value)} ago",
            _ => rejection.Describe(),
        };
    }

    // The options of PROTOCOL.certkeys that have no value.
    internal static bool IsKnownFlag(string name) => name
        is "permit-X11-forwarding" or "permit-agent-forwarding" or "permit-port-forwarding" or "permit-pty" or "permit-user-rc"
        or "no-touch-required" or "verify-required";
}
