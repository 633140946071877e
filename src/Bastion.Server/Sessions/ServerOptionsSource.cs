using System.Collections.Concurrent;
using Bastion.Server.Certificates;
using Bastion.Server.Configuration;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

// The engine's options for connections to the bastion itself and to each target that it stands in for. Kept until the host certificates
// are renewed or the configuration changes. Thread-safe.
internal sealed class ServerOptionsSource(ConfigStore config, HostIdentity identity, TimeProvider time, ILogger<SshServerConnection> logger)
{
    private const string Bastion = ""; // no target has this name

    private readonly ConcurrentDictionary<string, Cached> _cached = new(StringComparer.Ordinal);

    internal SshServerOptions ForBastion() => Get(Bastion, identity.ForBastion());

    // The registered name of a target.
    internal SshServerOptions ForTarget(string name) => Get(name, identity.ForTarget(name));

    private SshServerOptions Get(string name, IReadOnlyList<HostKey> keys)
    {
        LimitsConfig limits = config.Current.Limits;
        if (_cached.TryGetValue(name, out Cached? cached) && ReferenceEquals(cached.Keys, keys) && cached.Limits == limits)
        {
            return cached.Options;
        }

        SshServerOptions options = new()
        {
            HostKeys = keys,
            Limits = new SshLimits
            {
                LoginGrace = limits.LoginGrace,
                MaxAuthTries = limits.MaxAuthTries,
                KeepAliveInterval = limits.KeepaliveInterval,
                KeepAliveCountMax = limits.KeepaliveCount,
            },
            TimeProvider = time,
            Logger = logger,
        };
        _cached[name] = new Cached(keys, limits, options);
        return options;
    }

    private sealed record Cached(IReadOnlyList<HostKey> Keys, LimitsConfig Limits, SshServerOptions Options);
}
