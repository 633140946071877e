using System.Diagnostics.CodeAnalysis;

namespace Bastion.Ssh;

/// <summary>
/// What a client signs in with (RFC 4252 §7). Only its structure was checked: whether the key is known, or the certificate's authority
/// trusted and its terms kept, is for <see cref="ISshServerHandler"/> to say.
/// </summary>
public sealed class SshCredential
{
    internal SshCredential(string userName, PublicKey key, SshCertificate? certificate, string signatureAlgorithm)
    {
        UserName = userName;
        Key = key;
        Certificate = certificate;
        SignatureAlgorithm = signatureAlgorithm;
    }

    /// <summary>The user name as sent. A claim: it proves nothing about who the person is.</summary>
    public string UserName { get; }

    /// <summary>The public key; with a certificate, the key that it certifies.</summary>
    public PublicKey Key { get; }

    /// <summary>The certificate, if one was presented.</summary>
    public SshCertificate? Certificate { get; }

    /// <summary>The signature algorithm, such as <c>rsa-sha2-512</c>.</summary>
    public string SignatureAlgorithm { get; }

    /// <summary>True if both are the same key under the same certificate, or the same plain key.</summary>
    /// <param name="other">Another credential.</param>
    public bool IsSameIdentity([NotNullWhen(true)] SshCredential? other) =>
        other is not null
        && Key.Equals(other.Key)
        && (Certificate is null) == (other.Certificate is null)
        && (Certificate is null || Certificate.Blob.Span.SequenceEqual(other.Certificate!.Blob.Span));
}
