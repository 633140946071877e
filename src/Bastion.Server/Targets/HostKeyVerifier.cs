using Bastion.Server.Audit;
using Bastion.Server.Storage;
using Bastion.Ssh;

namespace Bastion.Server.Targets;

// Decides whether the machine that answered is the target. Only what the configuration names counts: pinned keys, host authorities, or the
// key remembered from the first contact where that was asked for. With none of them every machine is the wrong one.
internal sealed class HostKeyVerifier(TargetKeyStore knownKeys, AuditLog audit, TimeProvider time)
{
    // Null: it is the target. Otherwise one line for the user, and for whoever has to find out whether it is an attack.
    internal string? Refuse(SshTargetModel target, SshHostKeyOffer offer)
    {
        if (target.PinnedKeys.Contains(offer.Key))
        {
            return null;
        }

        CertificateRejection rejection = CheckCertificate(target, offer.Certificate);
        if (rejection == CertificateRejection.None)
        {
            return null;
        }

        // Only where nothing else says who the target is: a pin must not be replaced by whoever comes first.
        if (target.TrustOnFirstUse && target.PinnedKeys.Count == 0 && target.HostAuthorities.Count == 0)
        {
            return RefuseUnknown(target, offer.Key);
        }

        string wanted = (target.PinnedKeys.Count > 0, target.HostAuthorities.Count > 0) switch
        {
            (true, false) => $"expected {Fingerprints(target.PinnedKeys)}",
            (false, true) when offer.Certificate is null => "expected a host certificate, which it did not show",
            (false, true) => $"its {rejection.Describe()}",
            (true, true) => $"expected {Fingerprints(target.PinnedKeys)} or a host certificate",
            _ => "and nothing is configured that it could be checked against",
        };
        return Mismatch(target, offer.Key, wanted);
    }

    // For its name or for its address, as OpenSSH looks up both.
    private CertificateRejection CheckCertificate(SshTargetModel target, SshCertificate? certificate)
    {
        if (certificate is null || target.HostAuthorities.Count == 0)
        {
            return CertificateRejection.UntrustedAuthority;
        }

        CertificateRejection byHost = Check(target.Host);
        return byHost == CertificateRejection.PrincipalMismatch ? Check(target.Name) : byHost;

        CertificateRejection Check(string name) =>
            certificate.Check(SshCertificateType.Host, target.HostAuthorities.Contains, name, time.GetUtcNow(), source: null);
    }

    private string? RefuseUnknown(SshTargetModel target, PublicKey key)
    {
        PublicKey? known = knownKeys.Find(target.Name);
        if (known is null)
        {
            known = knownKeys.Learn(target.Name, $"{target.Host}:{target.Port}", key);
            if (known.Equals(key))
            {
                audit.Write(new TargetKeyLearned(target.Name, $"{target.Host}:{target.Port}", key.Fingerprint, key.KeyType));
            }
        }

        return known.Equals(key) ? null : Mismatch(target, key, $"expected {known.Fingerprint}, remembered from the first contact");
    }

    private static string Mismatch(SshTargetModel target, PublicKey key, string wanted) =>
        $"the machine at {target.Host}:{target.Port} did not prove that it is {target.Name}: its host key is {key.Fingerprint}, {wanted}. "
        + "Nothing was sent to it. Please tell an administrator.";

    private static string Fingerprints(IReadOnlyList<PublicKey> keys) => string.Join(" or ", keys.Select(key => key.Fingerprint));
}
