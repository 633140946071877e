namespace Bastion.Server.Identity;

internal enum SignInMethod
{
    Certificate,
    Key,
}

// What somebody signed in with, as far as sessions need to know: how to name it in the audit log and what it restricts.
internal sealed record CredentialRecord
{
    internal required SignInMethod Method { get; init; }

    // Of the key that was proven.
    internal required string Fingerprint { get; init; }

    // Of the certificate; null for an enrolled key.
    internal required ulong? Serial { get; init; }

    internal required string? KeyId { get; init; }

    // From here on it is void; sessions end. Null: never (a certificate of an external authority may say so).
    internal required DateTimeOffset? Expires { get; init; }

    // The only command it may run, on whatever kind of channel; null for no such limit.
    internal required string? ForceCommand { get; init; }

    // An enrolled key has no place to say no, so it may.
    internal required bool PermitPty { get; init; }
}
