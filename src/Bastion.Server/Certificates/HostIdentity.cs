using System.Collections.Concurrent;
using Bastion.Server.Audit;
using Bastion.Server.Configuration;
using Bastion.Server.Storage;
using Bastion.Ssh;

namespace Bastion.Server.Certificates;

// What the bastion proves itself by: two host keys, and for each set of names certificates of them by the host authority. The bastion's
// own names come from the configuration; behind `ssh -J` it stands in for a target under that target's exact name. Thread-safe.
internal sealed class HostIdentity : IHostedService, IDisposable
{
    // Long enough that a client which was told the time wrongly by days still connects, short enough that a stolen host key
    // is worth little for long. Renewed when half of it is over.
    private static readonly TimeSpan Validity = TimeSpan.FromDays(7);

    private readonly CertificateAuthorities _authorities;
    private readonly ConfigStore _config;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<PrivateKey> _keys;

    // By names, joined. Bounded by the number of targets ever registered in this process.
    private readonly ConcurrentDictionary<string, Issued> _issued = new(StringComparer.Ordinal);
    private readonly Lock _issuing = new();

    internal HostIdentity(
        DataFolder folder, CertificateAuthorities authorities, ConfigStore config, AuditLog audit, TimeProvider time, ILogger<HostIdentity> logger)
    {
        _authorities = authorities;
        _config = config;
        _audit = audit;
        _time = time;
        _logger = logger;
        // Ed25519 first; ECDSA for clients that know nothing else (FIPS builds, old PuTTY). No RSA: its signatures are fifty times dearer.
        _keys = [Load(folder, "host_ed25519_key", SshKeyKind.Ed25519), Load(folder, "host_ecdsa_key", SshKeyKind.EcdsaP256)];
    }

    internal IReadOnlyList<PublicKey> PublicKeys => [.. _keys.Select(key => key.PublicKey)];

    // For connections that come to the bastion itself.
    internal IReadOnlyList<HostKey> ForBastion() => For(_config.Current.HostNames);

    // For a connection that `ssh -J` opened to a target. `name` must be the registered name of a target, never text of a client.
    internal IReadOnlyList<HostKey> ForTarget(string name) => For([name]);

    // The first certificates are there before the first client, and a key that cannot be used stops the start.
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ForBastion();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (PrivateKey key in _keys)
        {
            key.Dispose();
        }
    }

    private IReadOnlyList<HostKey> For(IReadOnlyList<string> names)
    {
        string joined = string.Join(',', names);
        DateTimeOffset now = _time.GetUtcNow();
        if (_issued.TryGetValue(joined, out Issued? issued) && now < issued.RenewAt)
        {
            return issued.Keys;
        }

        lock (_issuing)
        {
            if (!_issued.TryGetValue(joined, out issued) || now >= issued.RenewAt)
            {
                issued = new Issued([.. _keys.Select(key => Certify(key, names, now))], now + (Validity / 2));
                _issued[joined] = issued;
            }

            return issued.Keys;
        }
    }

    private HostKey Certify(PrivateKey key, IReadOnlyList<string> names, DateTimeOffset now)
    {
        ConfigModel config = _config.Current;
        SshCertificate certificate = new SshCertificateTemplate
        {
            Key = key.PublicKey,
            Type = SshCertificateType.Host,
            KeyId = $"bastion node={config.Node} host={names[0]}",
            Principals = names,
            ValidAfter = now - config.Certificates.ClockSkew,
            ValidBefore = now + Validity,
        }.Issue(_authorities.Host);
        _audit.Write(new CertificateIssued(
            "host", certificate.Serial, certificate.KeyId, string.Join(',', names), key.PublicKey.Fingerprint, now + Validity));
        _logger.HostCertificateIssued(certificate.Serial, string.Join(',', names), now + Validity);
        return new HostKey(key, certificate);
    }

    private PrivateKey Load(DataFolder folder, string name, SshKeyKind kind)
    {
        PrivateKey key = PrivateKeyFile.LoadOrCreate(folder.InRoot(name), kind, $"bastion {_config.Current.Node}", out bool created);
        if (created)
        {
            _logger.HostKeyCreated(key.PublicKey.KeyType, key.PublicKey.Fingerprint);
        }

        return key;
    }

    private sealed record Issued(IReadOnlyList<HostKey> Keys, DateTimeOffset RenewAt);
}
