using Bastion.Ssh.Keys;

namespace Bastion.Ssh;

/// <summary>
/// The host keys and host authorities of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): plain lines, @cert-authority and
/// @revoked, names as patterns, negated, hashed, and as [host]:port. Immutable and thread-safe.
/// </summary>
public sealed class KnownHosts
{
    /// <summary>The port that names without a port stand for.</summary>
    public const int DefaultPort = 22;

    private readonly List<KnownHostLine> _lines;

    private KnownHosts(List<KnownHostLine> lines) => _lines = lines;

    /// <summary>Parses a file. A line that cannot be understood might be the one that revokes a key, so none is passed over.</summary>
    /// <param name="text">The content of the file.</param>
    /// <exception cref="SshFormatException">Lines are wrong; the message names them all by their number.</exception>
    public static KnownHosts Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<KnownHostLine> lines = [];
        List<string> errors = [];
        int number = 0;
        foreach (ReadOnlySpan<char> untrimmed in text.AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = untrimmed.Trim();
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }

            if (KnownHostLine.TryParse(line, out KnownHostLine? parsed, out string? error))
            {
                lines.Add(parsed);
            }
            else
            {
                errors.Add($"Line {number}: {error}");
            }
        }

        return errors.Count == 0 ? new KnownHosts(lines) : throw new SshFormatException(string.Join('\n', errors));
    }

    /// <summary>Judges the host key that a server has proven to hold.</summary>
    /// <param name="host">The name or address that was asked for.</param>
    /// <param name="port">The port that was connected to.</param>
    /// <param name="key">The server's key.</param>
    /// <param name="certificate">The certificate that the server presented for the key, or null.</param>
    /// <param name="now">The present.</param>
    public KnownHostVerdict Verify(string host, int port, PublicKey key, SshCertificate? certificate, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentNullException.ThrowIfNull(key);
        if (certificate is not null && !certificate.Key.Equals(key))
        {
            throw new ArgumentException("The certificate belongs to another key.", nameof(certificate));
        }

        HostLines lines = Find(host, port);
        if (lines.Revoked.Contains(key) || (certificate is not null && lines.Revoked.Contains(certificate.SignatureKey)))
        {
            return new KnownHostVerdict(KnownHostOutcome.Revoked);
        }

        CertificateRejection rejection = certificate?.Check(SshCertificateType.Host, lines.Authorities.Contains, host, now, source: null)
            ?? CertificateRejection.UntrustedAuthority;

        // A key that is known by itself needs no certificate; ssh too goes on with the plain key when the certificate does not do.
        if (rejection == CertificateRejection.None || lines.Keys.Contains(key) || lines.KeysOfBareName.Contains(key))
        {
            return new KnownHostVerdict(KnownHostOutcome.Trusted);
        }

        if (rejection != CertificateRejection.UntrustedAuthority)
        {
            return new KnownHostVerdict(KnownHostOutcome.CertificateRejected, rejection);
        }

        // Another sshd on another port may have another key, so that the keys of the bare name make no mismatch there.
        return new KnownHostVerdict(
            lines.Keys.Count + lines.Authorities.Count == 0 ? KnownHostOutcome.Unknown : KnownHostOutcome.Mismatch);
    }

    /// <summary>
    /// The public key algorithms that the lines for this host can verify, certificates first: for the key exchange to ask for, since a
    /// server with several keys would otherwise present one that is not known.
    /// </summary>
    /// <param name="host">The name or address to connect to.</param>
    /// <param name="port">The port to connect to.</param>
    public IReadOnlyList<string> HostKeyAlgorithms(string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        HostLines lines = Find(host, port);
        List<string> algorithms = [];
        if (lines.Authorities.Count > 0)
        {
            // An authority certifies keys of any kind.
            algorithms.AddRange(Enum.GetValues<SshKeyKind>().SelectMany(kind => KeyType.Of(kind).CertificateAlgorithms));
        }

        algorithms.AddRange(lines.Keys.Concat(lines.KeysOfBareName).SelectMany(key => key.SignatureAlgorithms));
        return [.. algorithms.Distinct()];
    }

    // As ssh does, a port other than 22 is looked for as [host]:port first; lines for the bare name hold for it too, as long as they match.
    private HostLines Find(string host, int port)
    {
        string bare = host.ToLowerInvariant();
        string name = port == DefaultPort ? bare : $"[{bare}]:{port}";
        HostLines found = new([], [], [], []);
        foreach (KnownHostLine line in _lines)
        {
            bool matchesName = line.Matches(name);
            if (!matchesName && !line.Matches(bare))
            {
                continue;
            }

            List<PublicKey> list = line.Marker switch
            {
                KnownHostMarker.Revoked => found.Revoked,
                KnownHostMarker.Authority => found.Authorities,
                _ => matchesName ? found.Keys : found.KeysOfBareName,
            };
            list.Add(line.Key);
        }

        return found;
    }

    private readonly record struct HostLines(
        List<PublicKey> Keys, List<PublicKey> KeysOfBareName, List<PublicKey> Authorities, List<PublicKey> Revoked);
}
