namespace Bastion.Ssh;

/// <summary>Why a well-formed certificate is not accepted, in the order of the checks.</summary>
public enum CertificateRejection
{
    /// <summary>It is accepted.</summary>
    None,

    /// <summary>A user certificate where a host certificate is needed, or the reverse.</summary>
    WrongType,

    /// <summary>Its authority is not among the trusted ones.</summary>
    UntrustedAuthority,

    /// <summary>The authority signed by an algorithm that is not accepted, such as ssh-rsa (SHA-1).</summary>
    SignatureAlgorithm,

    /// <summary>The authority's signature does not verify.</summary>
    BadSignature,

    /// <summary>Its validity begins later.</summary>
    NotYetValid,

    /// <summary>Its validity is over.</summary>
    Expired,

    /// <summary>It names no principal, which older servers took for "any".</summary>
    NoPrincipals,

    /// <summary>None of its principals is the one asked for.</summary>
    PrincipalMismatch,

    /// <summary>It has a critical option that is not known for its type.</summary>
    UnknownCriticalOption,

    /// <summary>It demands that a security key verifies its user, and its key is not one.</summary>
    VerifyRequired,

    /// <summary>It may not be used from this address, or the address is not known.</summary>
    SourceAddress,
}

/// <summary>Words for <see cref="CertificateRejection"/>.</summary>
public static class CertificateRejectionText
{
    /// <summary>Short English for logs and audit records.</summary>
    /// <param name="rejection">The reason.</param>
    public static string Describe(this CertificateRejection rejection) => rejection switch
    {
        CertificateRejection.None => "accepted",
        CertificateRejection.WrongType => "certificate of the wrong type (user or host)",
        CertificateRejection.UntrustedAuthority => "certificate from an authority that is not trusted",
        CertificateRejection.SignatureAlgorithm => "certificate signed by an algorithm that is not accepted",
        CertificateRejection.BadSignature => "certificate with a bad signature",
        CertificateRejection.NotYetValid => "certificate not valid yet",
        CertificateRejection.Expired => "certificate expired",
        CertificateRejection.NoPrincipals => "certificate without principals",
        CertificateRejection.PrincipalMismatch => "certificate for another principal",
        CertificateRejection.UnknownCriticalOption => "certificate with an unknown critical option",
        CertificateRejection.VerifyRequired => "certificate that needs a security key which verifies its user",
        CertificateRejection.SourceAddress => "certificate not valid from this address",
        _ => throw new ArgumentOutOfRangeException(nameof(rejection)),
    };
}
