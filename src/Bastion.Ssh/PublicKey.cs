using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Bastion.Ssh.Keys;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh;

/// <summary>
/// A plain public key (RFC 4253 §6.6): who somebody is once a signature has verified, and nothing more before that.
/// Immutable and thread-safe; two keys are equal when their blobs are.
/// </summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    private readonly KeyType _type;
    private readonly byte[] _blob;
    private readonly VerificationKey _key;
    private string? _fingerprint;

    private PublicKey(KeyType type, byte[] blob, VerificationKey key)
    {
        _type = type;
        _blob = blob;
        _key = key;
    }

    /// <summary>The kind of key.</summary>
    public SshKeyKind Kind => _type.Kind;

    /// <summary>The type name at the start of the blob, such as <c>ssh-ed25519</c>. For RSA this is not a signature algorithm.</summary>
    public string KeyType => _type.Name;

    /// <summary>The key as it goes over the wire.</summary>
    public ReadOnlyMemory<byte> Blob => _blob;

    /// <summary>As <c>ssh-keygen -l</c> prints it: <c>SHA256:</c> and base64 without padding.</summary>
    public string Fingerprint => _fingerprint ??= "SHA256:" + Convert.ToBase64String(SHA256.HashData(_blob)).TrimEnd('=');

    /// <summary>The signature algorithms of this key, the best first. Never ssh-rsa, which is SHA-1.</summary>
    public IReadOnlyList<string> SignatureAlgorithms => _type.SignatureAlgorithms;

    /// <summary>True for a key inside a FIDO security key.</summary>
    public bool IsSecurityKey => Kind is SshKeyKind.SkEd25519 or SshKeyKind.SkEcdsaP256;

    /// <summary>Parses a plain key: known type, sizes in bounds, ECDSA point on the curve of the type, no byte left over.</summary>
    /// <param name="blob">The bytes of a peer or a file.</param>
    /// <param name="key">The key, or null.</param>
    /// <param name="error">What is wrong, without bytes of the input, or null.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> blob,
        [NotNullWhen(true)] out PublicKey? key,
        [NotNullWhen(false)] out string? error)
    {
        key = null;
        BlobReader reader = new(blob);
        if (!Keys.KeyType.TryFind(reader.ReadString(), out KeyType? type, out bool isCertificate))
        {
            error = "The type of the key is not supported. Supported are ssh-ed25519, ecdsa-sha2-nistp*, ssh-rsa and their sk- forms.";
            return false;
        }

        if (isCertificate)
        {
            error = "A plain public key is needed here, not a certificate.";
            return false;
        }

        if (!TryReadFields(type, ref reader, out key, out error))
        {
            return false;
        }

        if (!reader.AtEnd)
        {
            key = null;
            error = "The key is cut short or has bytes left over.";
            return false;
        }

        return true;
    }

    /// <summary>As <see cref="TryParse"/>, for keys that must be good.</summary>
    /// <param name="blob">The bytes of the key.</param>
    /// <exception cref="SshFormatException">The blob is not a usable plain key.</exception>
    public static PublicKey Parse(ReadOnlySpan<byte> blob) =>
        TryParse(blob, out PublicKey? key, out string? error) ? key : throw new SshFormatException(error);

    /// <summary>Parses one line of a <c>.pub</c> or <c>authorized_keys</c> file that carries no options.</summary>
    /// <param name="line">Type, base64 and comment.</param>
    /// <param name="key">The key, or null.</param>
    /// <param name="comment">The rest of the line, or null.</param>
    /// <param name="error">What is wrong, or null.</param>
    public static bool TryParseText(
        string line,
        [NotNullWhen(true)] out PublicKey? key,
        out string? comment,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(line);
        key = null;
        if (!KeyLine.TrySplit(line, out string? type, out byte[]? blob, out comment, out error) || !TryParse(blob, out key, out error))
        {
            return false;
        }

        if (type != key.KeyType)
        {
            key = null;
            error = "The line names another type than the key in it has.";
            return false;
        }

        return true;
    }

    /// <summary>One line as in a <c>.pub</c> file.</summary>
    /// <param name="comment">Follows the key when given.</param>
    public string ToText(string? comment = null) => KeyLine.Format(KeyType, _blob, comment);

    /// <summary>
    /// True when <paramref name="signatureBlob"/> (string algorithm ‖ string signature, and for security keys flags and counter) is a
    /// signature of this key over <paramref name="data"/>. Whatever else a peer sends is false; nothing is thrown for it.
    /// </summary>
    /// <param name="signatureAlgorithm">One of <see cref="SignatureAlgorithms"/>; the blob must name exactly this one.</param>
    /// <param name="data">What was signed.</param>
    /// <param name="signatureBlob">The signature as it came over the wire.</param>
    /// <param name="required">What a security key must vouch for; other keys ignore it.</param>
    public bool Verify(
        string signatureAlgorithm,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> signatureBlob,
        SecurityKeyFlags required = SecurityKeyFlags.UserPresent)
    {
        ArgumentNullException.ThrowIfNull(signatureAlgorithm);
        BlobReader reader = new(signatureBlob);
        return Ascii.Equals(reader.ReadString(), signatureAlgorithm)
            && Array.IndexOf(_type.SignatureAlgorithms, signatureAlgorithm) >= 0
            && _key.Verify(signatureAlgorithm, data, reader, required);
    }

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && _blob.AsSpan().SequenceEqual(other._blob);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_blob);
        return hash.ToHashCode();
    }

    /// <summary>Type and fingerprint, for logs.</summary>
    public override string ToString() => $"{KeyType} {Fingerprint}";

    // Reads the fields after the type name. They are the same in a certificate, so that the plain blob is put together again here.
    internal static bool TryReadFields(
        KeyType type,
        ref BlobReader reader,
        [NotNullWhen(true)] out PublicKey? key,
        [NotNullWhen(false)] out string? error)
    {
        key = null;
        ReadOnlySpan<byte> start = reader.Rest;
        if (!VerificationKey.TryReadFields(type.Kind, ref reader, out VerificationKey? verificationKey, out error))
        {
            return false;
        }

        using SshWriter blob = new(stackalloc byte[512]);
        blob.WriteString(type.NameBytes);
        blob.WriteBytes(start[..^reader.Rest.Length]);
        key = new PublicKey(type, blob.ToArray(), verificationKey);
        return true;
    }
}
