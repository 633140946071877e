using System.Diagnostics.CodeAnalysis;
using System.Text;
using Bastion.Ssh.Keys;

namespace Bastion.Ssh;

/*
    PROTOCOL.certkeys
    string    type
    string    nonce
    …         fields of the public key
    uint64    serial
    uint32    1 user, 2 host
    string    key id
    string    principals, as packed strings
    uint64    valid after, uint64 valid before
    string    critical options, as packed (string name, string data)
    string    extensions, likewise
    string    reserved, to be ignored
    string    key of the authority
    string    signature over all that stands before it
*/
public sealed partial class SshCertificate
{
    // With 256 principals of 64 bytes and an RSA key of 16384 bits there is room left. Before sign-in a packet holds no more than 35,000
    // bytes; the bound is for files.
    private const int MaxLength = 64 * 1024;

    // OpenSSH's SSHKEY_CERT_MAX_PRINCIPALS.
    private const int MaxPrincipals = 256;

    /// <summary>
    /// Parses structure and bounds: known type, a plain key as authority, options packed strictly and the known ones well-formed, no byte
    /// left over. The signature is not verified here.
    /// </summary>
    /// <param name="blob">The bytes of a peer or a file.</param>
    /// <param name="certificate">The certificate, or null.</param>
    /// <param name="error">What is wrong, without bytes of the input, or null.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> blob,
        [NotNullWhen(true)] out SshCertificate? certificate,
        [NotNullWhen(false)] out string? error)
    {
        certificate = null;
        if (blob.Length > MaxLength)
        {
            error = "The certificate is too long.";
            return false;
        }

        BlobReader reader = new(blob);
        if (!Keys.KeyType.TryFind(reader.ReadString(), out KeyType? keyType, out bool isCertificate) || !isCertificate)
        {
            error = "The type is not one of a supported certificate.";
            return false;
        }

        reader.ReadString(); // the nonce
        if (!PublicKey.TryReadFields(keyType, ref reader, out PublicKey? key, out error))
        {
            return false;
        }

        ulong serial = reader.ReadUInt64();
        uint type = reader.ReadUInt32();
        string keyId = reader.ReadText();
        ReadOnlySpan<byte> principals = reader.ReadString();
        ulong validAfter = reader.ReadUInt64();
        ulong validBefore = reader.ReadUInt64();
        ReadOnlySpan<byte> criticalOptions = reader.ReadString();
        ReadOnlySpan<byte> extensions = reader.ReadString();
        reader.ReadString(); // reserved
        ReadOnlySpan<byte> signatureKeyBlob = reader.ReadString();
        ReadOnlySpan<byte> signature = reader.ReadString();
        if (!reader.AtEnd || type is not ((uint)SshCertificateType.User or (uint)SshCertificateType.Host))
        {
            error = "The certificate is cut short, has bytes left over, or is of neither type, user or host.";
            return false;
        }

        // PublicKey looks at the type first and refuses certificates, so that a chain of them is never followed
        // (Teleport CVE-2025-49825: a nested certificate passed for its authority).
        if (!PublicKey.TryParse(signatureKeyBlob, out PublicKey? signatureKey, out string? problem))
        {
            error = "The authority of the certificate cannot be used. " + problem;
            return false;
        }

        if (!TryReadPrincipals(principals, out List<string>? names, out error)
            || !CertificateOptions.TryParse(criticalOptions, extensions, out CertificateOptions? options, out error)
            || !TryReadAlgorithm(signature, out string? algorithm, out error))
        {
            return false;
        }

        certificate = new SshCertificate(keyType, blob.ToArray(), signature.Length, key, signatureKey, options)
        {
            Serial = serial,
            Type = (SshCertificateType)type,
            KeyId = keyId,
            Principals = names,
            ValidAfter = validAfter,
            ValidBefore = validBefore,
            SignatureAlgorithm = algorithm,
        };
        return true;
    }

    private static bool TryReadPrincipals(
        ReadOnlySpan<byte> packed,
        [NotNullWhen(true)] out List<string>? principals,
        [NotNullWhen(false)] out string? error)
    {
        principals = [];
        BlobReader reader = new(packed);
        while (reader.HasMore && principals.Count < MaxPrincipals)
        {
            principals.Add(reader.ReadText());
        }

        if (!reader.AtEnd)
        {
            principals = null;
            error = $"The principals of the certificate are malformed, or more than {MaxPrincipals}.";
            return false;
        }

        error = null;
        return true;
    }

    private static bool TryReadAlgorithm(
        ReadOnlySpan<byte> signature,
        [NotNullWhen(true)] out string? algorithm,
        [NotNullWhen(false)] out string? error)
    {
        BlobReader reader = new(signature);
        ReadOnlySpan<byte> name = reader.ReadString();
        if (name.IsEmpty || name.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            algorithm = null;
            error = "The signature of the certificate is malformed.";
            return false;
        }

        algorithm = Encoding.ASCII.GetString(name);
        error = null;
        return true;
    }
}
