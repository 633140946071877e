using System.Net;
using Bastion.Ssh.Keys;

namespace Bastion.Ssh;

public sealed partial class SshCertificate
{
    // The verdict on the authority's signature, which cannot change: a query, the sign-in and each new channel ask again.
    // 0 unknown, 1 good, 2 bad.
    private volatile int _signatureVerdict;

    /// <summary>
    /// Decides whether the certificate holds here and now. Revocation is not part of it: the caller asks for the key, the authority,
    /// serial and key id before or after.
    /// </summary>
    /// <param name="type">What is needed.</param>
    /// <param name="isTrustedCa">Whether a key is a trusted (and not revoked) authority for this use.</param>
    /// <param name="principal">
    /// The one name that must be among the principals, or null when the caller compares them itself. Of a host certificate it is the host
    /// name asked for, and its principals may hold the wildcards * and ?.
    /// </param>
    /// <param name="now">The present.</param>
    /// <param name="source">Where the peer comes from; null when that is no IP address, which a source-address option refuses.</param>
    public CertificateRejection Check(
        SshCertificateType type,
        Func<PublicKey, bool> isTrustedCa,
        string? principal,
        DateTimeOffset now,
        IPAddress? source)
    {
        ArgumentNullException.ThrowIfNull(isTrustedCa);
        if (Type != type)
        {
            return CertificateRejection.WrongType;
        }

        // Trust before the signature: verifying for any authority that a stranger makes up would be work for nothing.
        if (!isTrustedCa(SignatureKey))
        {
            return CertificateRejection.UntrustedAuthority;
        }

        CertificateRejection rejection = CheckSignature();
        if (rejection == CertificateRejection.None)
        {
            rejection = CheckValidity(now);
        }

        if (rejection == CertificateRejection.None)
        {
            rejection = CheckPrincipals(principal);
        }

        return rejection == CertificateRejection.None ? CheckOptions(source) : rejection;
    }

    private CertificateRejection CheckSignature()
    {
        if (!SignatureKey.SignatureAlgorithms.Contains(SignatureAlgorithm))
        {
            return CertificateRejection.SignatureAlgorithm;
        }

        if (_signatureVerdict == 0)
        {
            _signatureVerdict = VerifySignature() ? 1 : 2;
        }

        return _signatureVerdict == 1 ? CertificateRejection.None : CertificateRejection.BadSignature;
    }

    // The signature is the last field, and covers all before its length.
    private bool VerifySignature() => SignatureKey.Verify(
        SignatureAlgorithm,
        _blob.AsSpan(0, _blob.Length - _signatureLength - sizeof(uint)),
        _blob.AsSpan(_blob.Length - _signatureLength));

    private CertificateRejection CheckValidity(DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        ulong present = seconds < 0 ? 0 : (ulong)seconds;
        return present < ValidAfter ? CertificateRejection.NotYetValid
            : present >= ValidBefore && ValidBefore != Forever ? CertificateRejection.Expired
            : CertificateRejection.None;
    }

    // An empty list meant "anybody" to OpenSSH before 10.3 (CVE-2024-7594 at an issuer that did not know).
    private CertificateRejection CheckPrincipals(string? principal)
    {
        if (Principals.Count == 0)
        {
            return CertificateRejection.NoPrincipals;
        }

        if (principal is null)
        {
            return CertificateRejection.None;
        }

        foreach (string candidate in Principals)
        {
            // Each principal is one opaque string: never split at commas (CVE-2026-35414), no wildcards for users.
            bool matches = Type == SshCertificateType.Host
                ? HostPattern.Matches(candidate, principal)
                : string.Equals(candidate, principal, StringComparison.Ordinal);
            if (matches)
            {
                return CertificateRejection.None;
            }
        }

        return CertificateRejection.PrincipalMismatch;
    }

    private CertificateRejection CheckOptions(IPAddress? source)
    {
        // No critical option is defined for hosts.
        if (_options.HasUnknownCritical || (Type == SshCertificateType.Host && _options.Critical.Count > 0))
        {
            return CertificateRejection.UnknownCriticalOption;
        }

        if (VerifyRequired && !Key.IsSecurityKey)
        {
            return CertificateRejection.VerifyRequired;
        }

        return SourceAddresses is null || SourceAddressList.Matches(SourceAddresses, source)
            ? CertificateRejection.None
            : CertificateRejection.SourceAddress;
    }
}
