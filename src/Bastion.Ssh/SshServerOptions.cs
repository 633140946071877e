using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bastion.Ssh;

/// <summary>What one SSH server presents and allows. Immutable; shared by all its connections.</summary>
public sealed class SshServerOptions
{
    /// <summary>Host keys, at least one. Where two serve the same algorithm the first wins.</summary>
    public required IReadOnlyList<HostKey> HostKeys { get; init; }

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

    internal KeyExchange.HostKeySet HostKeySet =>
        field ??= new KeyExchange.HostKeySet(HostKeys, Algorithms);
}
