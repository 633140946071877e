namespace Bastion.Server.Certificates;

// What is remembered of a client certificate.
internal sealed record IssuedCertificate
{
    internal required ulong Serial { get; init; }

    internal required string KeyId { get; init; }

    internal required long UserId { get; init; }

    internal required string UserName { get; init; }

    internal required string Fingerprint { get; init; }

    internal required DateTimeOffset Issued { get; init; }

    internal required string IssuedBy { get; init; }

    internal required DateTimeOffset ValidAfter { get; init; }

    internal required DateTimeOffset ValidBefore { get; init; }

    // Comma-separated networks, or null.
    internal string? SourceAddress { get; init; }

    internal string? ForceCommand { get; init; }
}
