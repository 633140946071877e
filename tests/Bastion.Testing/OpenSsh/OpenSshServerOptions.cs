namespace Bastion.Testing.OpenSsh;

/// <summary>How a test wants its sshd. Without any of them nobody can sign in.</summary>
public sealed record OpenSshServerOptions
{
    /// <summary>Public lines of the certificate authorities whose user certificates count.</summary>
    public IReadOnlyList<string> TrustedUserAuthorities { get; init; } = [];

    /// <summary>Principals that may sign in, whatever the account; null: the name of the account itself.</summary>
    public IReadOnlyList<string>? Principals { get; init; }

    /// <summary>Public lines that may sign in as any account of this machine.</summary>
    public IReadOnlyList<string> AuthorizedKeys { get; init; } = [];

    /// <summary>Signs the host key for <see cref="HostNames"/>; null: a bare host key.</summary>
    public KeyFile? HostAuthority { get; init; }

    /// <summary>Comma-separated, as in a host certificate.</summary>
    public string HostNames { get; init; } = "localhost";

    public string HostKeyType { get; init; } = "ed25519";

    /// <summary>More lines for sshd_config. The first occurrence of an option counts, so they stand in front.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];
}
