using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bastion.Ssh;

/// <summary>A key, with or without a certificate, that a client can sign in with.</summary>
/// <param name="Key">The private key.</param>
/// <param name="Certificate">Its certificate, or null to offer the plain key.</param>
public sealed record SshClientIdentity(PrivateKey Key, SshCertificate? Certificate = null);

/// <summary>How to connect to one SSH server.</summary>
public sealed class SshClientOptions
{
    /// <summary>The account on the server.</summary>
    public required string UserName { get; init; }

    /// <summary>Identities, tried in order.</summary>
    public required IReadOnlyList<SshClientIdentity> Identities { get; init; }

    /// <summary>
    /// Says whether the server's proven identity is the one wanted. Called in every key exchange whose host key was not accepted before
    /// on this connection; there is no default that accepts.
    /// </summary>
    public required Func<SshHostKeyOffer, CancellationToken, ValueTask<bool>> VerifyHostKey { get; init; }

    /// <summary>Algorithms to offer. Default <see cref="SshAlgorithms.Default"/>.</summary>
    public SshAlgorithms Algorithms { get; init; } = SshAlgorithms.Default;

    /// <summary>Limits. Default <see cref="SshLimits.Default"/>.</summary>
    public SshLimits Limits { get; init; } = SshLimits.Default;

    /// <summary>The software version of the identification string (RFC 4253 §4.2), without spaces. Default <c>Bastion</c>.</summary>
    public string SoftwareVersion { get; init; } = "Bastion";

    /// <summary>Clock for all timeouts. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Diagnostic log. Default none.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
