using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Bastion.Ssh.Keys;

// The names that belong to one kind of key: of its blob, of a certificate's blob, and of the signatures it makes.
internal sealed class KeyType
{
    // ssh-rsa stays the name of the blob, never of a signature (RFC 8332 §3). The best signature stands first.
    private static readonly KeyType[] All =
    [
        new(SshKeyKind.Ed25519, "ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com"),
        new(SshKeyKind.EcdsaP256, "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256-cert-v01@openssh.com"),
        new(SshKeyKind.EcdsaP384, "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384-cert-v01@openssh.com"),
        new(SshKeyKind.EcdsaP521, "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521-cert-v01@openssh.com"),
        new(SshKeyKind.Rsa, "ssh-rsa", "ssh-rsa-cert-v01@openssh.com", "rsa-sha2-512", "rsa-sha2-256"),
        new(SshKeyKind.SkEd25519, "sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com"),
        new(SshKeyKind.SkEcdsaP256, "sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"),
    ];

    private readonly byte[] _name;
    private readonly byte[] _certificateName;

    private KeyType(SshKeyKind kind, string name, string certificateName, params string[] signatureAlgorithms)
    {
        Kind = kind;
        Name = name;
        CertificateName = certificateName;
        SignatureAlgorithms = signatureAlgorithms.Length > 0 ? signatureAlgorithms : [name];
        CertificateAlgorithms = signatureAlgorithms.Length > 0
            ? Array.ConvertAll(signatureAlgorithms, algorithm => algorithm + "-cert-v01@openssh.com")
            : [certificateName];
        _name = Encoding.ASCII.GetBytes(name);
        _certificateName = Encoding.ASCII.GetBytes(certificateName);
    }

    public SshKeyKind Kind { get; }

    public string Name { get; }

    public ReadOnlySpan<byte> NameBytes => _name;

    public string CertificateName { get; }

    public ReadOnlySpan<byte> CertificateNameBytes => _certificateName;

    // Names that stand in signature blobs, and as public key algorithm for plain keys.
    public string[] SignatureAlgorithms { get; }

    // Public key algorithm names for a certificate of this kind, in the order of SignatureAlgorithms.
    public string[] CertificateAlgorithms { get; }

    public static KeyType Of(SshKeyKind kind) => All[(int)kind];

    public static bool IsCertificateName(string name)
    {
        foreach (KeyType candidate in All)
        {
            if (name == candidate.CertificateName || Array.IndexOf(candidate.CertificateAlgorithms, name) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    public static bool TryFind(ReadOnlySpan<byte> blobType, [NotNullWhen(true)] out KeyType? type, out bool isCertificate)
    {
        foreach (KeyType candidate in All)
        {
            isCertificate = blobType.SequenceEqual(candidate._certificateName);
            if (isCertificate || blobType.SequenceEqual(candidate._name))
            {
                type = candidate;
                return true;
            }
        }

        type = null;
        isCertificate = false;
        return false;
    }
}
