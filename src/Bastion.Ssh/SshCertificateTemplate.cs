using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Bastion.Ssh.Keys;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh;

/// <summary>
/// What an authority wants to certify. Everything is checked when it signs, and the result is parsed again before it leaves.
/// </summary>
public sealed class SshCertificateTemplate
{
    private const int NonceLength = 32; // as ssh-keygen

    /// <summary>The key to certify.</summary>
    public required PublicKey Key { get; init; }

    /// <summary>User or host.</summary>
    public required SshCertificateType Type { get; init; }

    /// <summary>Who it is, for logs: a server writes it down at each sign-in. No control characters.</summary>
    public required string KeyId { get; init; }

    /// <summary>User names or host names, at least one. No commas, spaces, control characters, and for users no wildcards.</summary>
    public required IReadOnlyList<string> Principals { get; init; }

    /// <summary>Valid from here on, in whole seconds.</summary>
    public required DateTimeOffset ValidAfter { get; init; }

    /// <summary>No longer valid from here on, in whole seconds; later than <see cref="ValidAfter"/>.</summary>
    public required DateTimeOffset ValidBefore { get; init; }

    /// <summary>The number to revoke it by; 0, the default, draws a random one. (A revocation list cannot name 0.)</summary>
    public ulong Serial { get; init; }

    /// <summary>The only command that may run; null for no such limit.</summary>
    public string? ForceCommand { get; init; }

    /// <summary>Where the owner may come from; null for anywhere. Not empty.</summary>
    public IReadOnlyList<IPNetwork>? SourceAddresses { get; init; }

    /// <summary>The security key must verify its user.</summary>
    public bool VerifyRequired { get; init; }

    /// <summary>Extensions without a value, such as <c>permit-pty</c>; none by default.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Signs. RSA authorities sign by rsa-sha2-512.</summary>
    /// <param name="authority">The authority's key.</param>
    /// <exception cref="ArgumentException">The template asks for what no certificate should say.</exception>
    public SshCertificate Issue(PrivateKey authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        Validate();
        SshWriter writer = new(stackalloc byte[2048]);
        try
        {
            WriteBody(ref writer, authority.PublicKey);
            writer.WriteString(authority.Sign(authority.PublicKey.SignatureAlgorithms[0], writer.Written));
            return SshCertificate.TryParse(writer.Written, out SshCertificate? certificate, out string? error)
                ? certificate
                : throw new ArgumentException(error);
        }
        finally
        {
            writer.Dispose();
        }
    }

    private void Validate()
    {
        if (Type is not (SshCertificateType.User or SshCertificateType.Host))
        {
            throw new ArgumentException("A certificate is for a user or a host.");
        }

        if (KeyId.Any(char.IsControl))
        {
            throw new ArgumentException("The key id of a certificate has no control characters.");
        }

        if (Principals.Count == 0)
        {
            throw new ArgumentException("A certificate names at least one principal: an empty list would mean anybody to some servers.");
        }

        foreach (string principal in Principals)
        {
            ValidatePrincipal(principal);
        }

        long after = ValidAfter.ToUnixTimeSeconds();
        if (after < 0 || ValidBefore.ToUnixTimeSeconds() <= after)
        {
            throw new ArgumentException("The validity of a certificate begins after 1970 and lasts at least a second.");
        }

        if (ForceCommand is { Length: 0 } || SourceAddresses is { Count: 0 })
        {
            throw new ArgumentException("An empty force-command or source-address restricts nothing that a server understands.");
        }

        bool hasOptions = ForceCommand is not null || SourceAddresses is not null || VerifyRequired || Extensions.Count > 0;
        if (Type == SshCertificateType.Host && hasOptions)
        {
            throw new ArgumentException("A host certificate has no options.");
        }
    }

    // Servers split lists of principals at commas (CVE-2026-35414), and take * and ? for patterns in host certificates.
    private void ValidatePrincipal(string principal)
    {
        bool wildcard = principal.AsSpan().ContainsAny('*', '?');
        if (principal.Length == 0
            || principal.Any(c => c == ',' || char.IsControl(c) || char.IsWhiteSpace(c))
            || (wildcard && Type == SshCertificateType.User))
        {
            throw new ArgumentException(
                "A principal is not empty and has no comma, space or control character, and for users no * or ? either.");
        }
    }

    private void WriteBody(ref SshWriter writer, PublicKey authority)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        RandomNumberGenerator.Fill(nonce);
        KeyType keyType = KeyType.Of(Key.Kind);
        writer.WriteString(keyType.CertificateNameBytes);
        writer.WriteString(nonce);
        writer.WriteBytes(Key.Blob.Span[(sizeof(uint) + keyType.NameBytes.Length)..]);
        writer.WriteUInt64(Serial == 0 ? DrawSerial() : Serial);
        writer.WriteUInt32((uint)Type);
        writer.WriteString(KeyId);
        WritePrincipals(ref writer);
        writer.WriteUInt64((ulong)ValidAfter.ToUnixTimeSeconds());
        writer.WriteUInt64((ulong)ValidBefore.ToUnixTimeSeconds());
        WriteCriticalOptions(ref writer);
        WriteExtensions(ref writer);
        writer.WriteString(""u8); // reserved
        writer.WriteString(authority.Blob.Span);
    }

    private void WritePrincipals(ref SshWriter writer)
    {
        using SshWriter packed = new(stackalloc byte[256]);
        foreach (string principal in Principals)
        {
            packed.WriteString(principal);
        }

        writer.WriteString(packed.Written);
    }

    // In the order of their names, as PROTOCOL.certkeys demands; each value is a string inside the string of the option.
    private void WriteCriticalOptions(ref SshWriter writer)
    {
        using SshWriter packed = new(stackalloc byte[256]);
        if (ForceCommand is not null)
        {
            packed.WriteString("force-command"u8);
            packed.WriteUInt32((uint)(sizeof(uint) + Encoding.UTF8.GetByteCount(ForceCommand)));
            packed.WriteString(ForceCommand);
        }

        if (SourceAddresses is not null)
        {
            string value = SourceAddressList.Format(SourceAddresses);
            packed.WriteString("source-address"u8);
            packed.WriteUInt32((uint)(sizeof(uint) + value.Length));
            packed.WriteString(value);
        }

        if (VerifyRequired)
        {
            packed.WriteString("verify-required"u8);
            packed.WriteString(""u8);
        }

        writer.WriteString(packed.Written);
    }

    private void WriteExtensions(ref SshWriter writer)
    {
        using SshWriter packed = new(stackalloc byte[256]);
        foreach (string name in Extensions.Order(StringComparer.Ordinal))
        {
            packed.WriteString(name);
            packed.WriteString(""u8);
        }

        writer.WriteString(packed.Written);
    }

    private static ulong DrawSerial()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        ulong serial;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            serial = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }
        while (serial == 0);
        return serial;
    }
}
