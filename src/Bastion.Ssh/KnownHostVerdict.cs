namespace Bastion.Ssh;

/// <summary>What a known_hosts file says about a host key.</summary>
public enum KnownHostOutcome
{
    /// <summary>The file names nothing for this host. The only outcome that trust on first use may turn into trust.</summary>
    Unknown,

    /// <summary>The key, or the authority of its valid certificate, is known for this host.</summary>
    Trusted,

    /// <summary>The file names other keys or authorities for this host: somebody may sit in between.</summary>
    Mismatch,

    /// <summary>The authority is known for this host, but the certificate does not hold.</summary>
    CertificateRejected,

    /// <summary>The key or its certificate's authority is revoked for this host.</summary>
    Revoked,
}

/// <summary>What a known_hosts file says about a host key, and why.</summary>
/// <param name="Outcome">The verdict.</param>
/// <param name="Rejection">Why the certificate does not hold; None for every other outcome.</param>
public readonly record struct KnownHostVerdict(KnownHostOutcome Outcome, CertificateRejection Rejection = CertificateRejection.None)
{
    /// <summary>True when the connection may go on.</summary>
    public bool IsTrusted => Outcome == KnownHostOutcome.Trusted;
}
