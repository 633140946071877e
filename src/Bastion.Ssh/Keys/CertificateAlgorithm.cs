namespace Bastion.Ssh.Keys;

// Names of certificate algorithms and the plain signature algorithms behind them (PROTOCOL.certkeys, PROTOCOL.u2f):
// ssh-ed25519-cert-v01@openssh.com signs as ssh-ed25519, sk-ssh-ed25519-cert-v01@openssh.com as sk-ssh-ed25519@openssh.com.
internal static class CertificateAlgorithm
{
    private const string Suffix = "-cert-v01@openssh.com";

    public static bool IsCertificate(string algorithm) => algorithm.EndsWith(Suffix, StringComparison.Ordinal);

    public static string ToSignatureAlgorithm(string algorithm)
    {
        if (!IsCertificate(algorithm))
        {
            return algorithm;
        }

        string plain = algorithm[..^Suffix.Length];
        return plain.StartsWith("sk-", StringComparison.Ordinal) ? plain + "@openssh.com" : plain;
    }

    public static string FromSignatureAlgorithm(string algorithm) =>
        (algorithm.EndsWith("@openssh.com", StringComparison.Ordinal) ? algorithm[..^"@openssh.com".Length] : algorithm) + Suffix;
}
