namespace Bastion.Ssh;

/// <summary>One identity that a server presents: a key, and the certificate for it where there is one.</summary>
/// <param name="Key">The key that signs the key exchange.</param>
/// <param name="Certificate">A host certificate of this key.</param>
public sealed record HostKey(PrivateKey Key, SshCertificate? Certificate = null)
{
    /// <summary>The host certificate of <see cref="Key"/>, or null.</summary>
    public SshCertificate? Certificate { get; } = Certificate is null || Certificate.Key.Equals(Key.PublicKey)
        ? Certificate
        : throw new ArgumentException("The certificate belongs to another key.", nameof(Certificate));
}
