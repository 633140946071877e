using System.Diagnostics.CodeAnalysis;
using System.Net;
using Bastion.Ssh.Keys;

namespace Bastion.Ssh;

/// <summary>
/// An OpenSSH certificate (PROTOCOL.certkeys, draft-miller-ssh-cert): a key, and what an authority says of its owner. An instance is
/// well-formed, no more: nothing in it may be believed before <see cref="Check"/> has returned <see cref="CertificateRejection.None"/>.
/// Immutable and thread-safe.
/// </summary>
public sealed partial class SshCertificate
{
    /// <summary>The value of <see cref="ValidBefore"/> that means forever.</summary>
    public const ulong Forever = ulong.MaxValue;

    private readonly KeyType _type;
    private readonly byte[] _blob;
    private readonly int _signatureLength;
    private readonly CertificateOptions _options;

    private SshCertificate(
        KeyType type, byte[] blob, int signatureLength, PublicKey key, PublicKey signatureKey, CertificateOptions options)
    {
        _type = type;
        _blob = blob;
        _signatureLength = signatureLength;
        _options = options;
        Key = key;
        SignatureKey = signatureKey;
    }

    /// <summary>The certified key.</summary>
    public PublicKey Key { get; }

    /// <summary>The key of the authority that signed.</summary>
    public PublicKey SignatureKey { get; }

    /// <summary>The algorithm of the authority's signature.</summary>
    public required string SignatureAlgorithm { get; init; }

    /// <summary>The authority's number for this certificate; 0 when it gives none.</summary>
    public required ulong Serial { get; init; }

    /// <summary>User or host.</summary>
    public required SshCertificateType Type { get; init; }

    /// <summary>The authority's text about the owner. May hold any characters but NUL: escape before showing.</summary>
    public required string KeyId { get; init; }

    /// <summary>User names or host names, each one opaque string.</summary>
    public required IReadOnlyList<string> Principals { get; init; }

    /// <summary>Valid from this second on, since 1970-01-01 UTC.</summary>
    public required ulong ValidAfter { get; init; }

    /// <summary>No longer valid from this second on, since 1970-01-01 UTC; <see cref="Forever"/> for no end.</summary>
    public required ulong ValidBefore { get; init; }

    /// <summary><see cref="ValidBefore"/> as a date; null when it lies beyond the calendar.</summary>
    public DateTimeOffset? Expiry =>
        ValidBefore <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds((long)ValidBefore) : null;

    /// <summary>The options that whoever accepts the certificate must understand, with their undecoded values.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> CriticalOptions => _options.Critical;

    /// <summary>What the certificate permits, with undecoded values. Absent means denied, unknown means nothing.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Extensions => _options.Extensions;

    /// <summary>The only command that may run; null for no such limit. An empty one never parses.</summary>
    public string? ForceCommand => _options.ForceCommand;

    /// <summary>Where the owner may come from; null for anywhere. IPv4-mapped networks stand as IPv4. Never empty.</summary>
    public IReadOnlyList<IPNetwork>? SourceAddresses => _options.SourceAddresses;

    /// <summary>The security key must have verified its user.</summary>
    public bool VerifyRequired => _options.VerifyRequired;

    /// <summary>What a security key must vouch for in signatures under this certificate.</summary>
    public SecurityKeyFlags RequiredSecurityKeyFlags =>
        (HasExtension("no-touch-required") ? SecurityKeyFlags.None : SecurityKeyFlags.UserPresent)
        | (VerifyRequired ? SecurityKeyFlags.UserVerified : SecurityKeyFlags.None);

    /// <summary>The type name at the start of the blob, such as <c>ssh-ed25519-cert-v01@openssh.com</c>.</summary>
    public string CertificateType => _type.CertificateName;

    /// <summary>The public key algorithm names to offer the certificate by, the best first. For RSA not the same as the type.</summary>
    public IReadOnlyList<string> Algorithms => _type.CertificateAlgorithms;

    /// <summary>The certificate as it goes over the wire.</summary>
    public ReadOnlyMemory<byte> Blob => _blob;

    /// <summary>True for the type of a certificate's blob and for the algorithm name of one.</summary>
    /// <param name="keyType">A type or public key algorithm name.</param>
    public static bool IsCertificateType(string keyType) => Keys.KeyType.IsCertificateName(keyType);

    /// <summary>True when the extension is present.</summary>
    /// <param name="name">Such as <c>permit-pty</c>.</param>
    public bool HasExtension(string name)
    {
        foreach (KeyValuePair<string, ReadOnlyMemory<byte>> extension in _options.Extensions)
        {
            if (extension.Key == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One line as in a <c>-cert.pub</c> file.</summary>
    /// <param name="comment">Follows the certificate when given.</param>
    public string ToText(string? comment = null) => KeyLine.Format(CertificateType, _blob, comment);

    /// <summary>Parses one line of a <c>-cert.pub</c> file.</summary>
    /// <param name="line">Type, base64 and comment.</param>
    /// <param name="certificate">The certificate, or null.</param>
    /// <param name="comment">The rest of the line, or null.</param>
    /// <param name="error">What is wrong, or null.</param>
    public static bool TryParseText(
        string line,
        [NotNullWhen(true)] out SshCertificate? certificate,
        out string? comment,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(line);
        certificate = null;
        if (!KeyLine.TrySplit(line, out string? type, out byte[]? blob, out comment, out error)
            || !TryParse(blob, out certificate, out error))
        {
            return false;
        }

        if (type != certificate.CertificateType)
        {
            certificate = null;
            error = "The line names another type than the certificate in it has.";
            return false;
        }

        return true;
    }
}
