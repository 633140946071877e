using Bastion.Ssh.Keys;

namespace Bastion.Ssh.KeyExchange;

// The host keys of a server by the algorithm names they can serve: certificates first, as OpenSSH offers them.
internal sealed class HostKeySet
{
    private readonly List<(string Name, HostKey Key)> _byName = [];

    public HostKeySet(IReadOnlyList<HostKey> keys, SshAlgorithms algorithms)
    {
        foreach (string name in algorithms.HostKeys)
        {
            bool wantsCertificate = CertificateAlgorithm.IsCertificate(name);
            string signature = CertificateAlgorithm.ToSignatureAlgorithm(name);
            foreach (HostKey key in keys)
            {
                if ((key.Certificate is not null || !wantsCertificate) && key.Key.PublicKey.SignatureAlgorithms.Contains(signature))
                {
                    _byName.Add((name, key));
                    break;
                }
            }
        }

        Names = [.. _byName.Select(entry => entry.Name)];
    }

    public IReadOnlyList<string> Names { get; }

    // The key behind a negotiated name, and what goes into the exchange as K_S.
    public (HostKey Key, ReadOnlyMemory<byte> Blob) Find(string algorithm)
    {
        HostKey key = _byName.Find(entry => entry.Name == algorithm).Key;
        return (key, CertificateAlgorithm.IsCertificate(algorithm) ? key.Certificate!.Blob : key.Key.PublicKey.Blob);
    }
}
