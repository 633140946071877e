using Bastion.Server.Storage;
using Bastion.Ssh;

namespace Bastion.Server.Certificates;

// The bastion's three authorities. They are apart so that none can stand in for another: clients never hold a certificate that a
// target trusts, so they cannot go around the bastion, and no person's certificate can pose as a machine.
internal sealed class CertificateAuthorities : IDisposable
{
    private CertificateAuthorities(PrivateKey client, PrivateKey target, PrivateKey host)
    {
        Client = client;
        Target = target;
        Host = host;
    }

    // People and jobs, towards the bastion.
    internal PrivateKey Client { get; }

    // The bastion, towards targets.
    internal PrivateKey Target { get; }

    // The bastion and, for `ssh -J`, the targets that it stands in for, towards clients.
    internal PrivateKey Host { get; }

    internal static CertificateAuthorities Open(DataFolder folder, string node, ILogger logger)
    {
        return new CertificateAuthorities(Load("client"), Load("target"), Load("host"));

        PrivateKey Load(string name)
        {
            string path = folder.InRoot($"{name}_ca");
            PrivateKey key = PrivateKeyFile.LoadOrCreate(path, SshKeyKind.Ed25519, $"bastion {name} CA of {node}", out bool created);
            if (created)
            {
                logger.AuthorityCreated(name, key.PublicKey.Fingerprint);
            }

            return key;
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Target.Dispose();
        Host.Dispose();
    }
}
