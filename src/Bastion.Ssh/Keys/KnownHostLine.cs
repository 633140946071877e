using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Bastion.Ssh.Keys;

internal enum KnownHostMarker
{
    None,
    Authority,
    Revoked,
}

// One line of a known_hosts file: [marker] names key.
internal sealed class KnownHostLine
{
    // |1| is the only form of hashed names: HMAC-SHA1 of the name under a salt, both in base64. SHA-1 here hides names, nothing more.
    private const string HashPrefix = "|1|";

    private readonly string[] _patterns;
    private readonly byte[]? _salt;
    private readonly byte[]? _hash;

    private KnownHostLine(KnownHostMarker marker, PublicKey key, string[] patterns, byte[]? salt, byte[]? hash)
    {
        Marker = marker;
        Key = key;
        _patterns = patterns;
        _salt = salt;
        _hash = hash;
    }

    public KnownHostMarker Marker { get; }

    public PublicKey Key { get; }

    public static bool TryParse(
        ReadOnlySpan<char> line,
        [NotNullWhen(true)] out KnownHostLine? parsed,
        [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        KnownHostMarker marker = KnownHostMarker.None;
        if (line[0] == '@')
        {
            switch (KeyLine.NextField(ref line))
            {
                case "@cert-authority":
                    marker = KnownHostMarker.Authority;
                    break;
                case "@revoked":
                    marker = KnownHostMarker.Revoked;
                    break;
                default:
                    error = "The marker is neither @cert-authority nor @revoked.";
                    return false;
            }
        }

        string names = KeyLine.NextField(ref line).ToString();
        if (!PublicKey.TryParseText(line.ToString(), out PublicKey? key, out _, out error))
        {
            return false;
        }

        if (names.StartsWith('|'))
        {
            return TryParseHashed(marker, key, names, out parsed, out error);
        }

        string[] patterns = names.Split(',');
        if (patterns.Any(pattern => pattern is "" or "!" || pattern.Contains('|')))
        {
            error = "A host name is empty, or a hashed name stands with others.";
            return false;
        }

        parsed = new KnownHostLine(marker, key, patterns, salt: null, hash: null);
        error = null;
        return true;
    }

    // `name` is in lower case. Any negated pattern that matches rules the line out, wherever it stands (ssh_config(5), PATTERNS).
    public bool Matches(string name)
    {
        if (_salt is not null)
        {
#pragma warning disable CA5350 // the file format has no other hash, and it hides names from onlookers, it proves nothing
            byte[] hash = HMACSHA1.HashData(_salt, Encoding.UTF8.GetBytes(name));
#pragma warning restore CA5350
            return hash.AsSpan().SequenceEqual(_hash);
        }

        bool matches = false;
        foreach (string pattern in _patterns)
        {
            if (pattern[0] == '!' && HostPattern.Matches(pattern.AsSpan(1), name))
            {
                return false;
            }

            matches |= pattern[0] != '!' && HostPattern.Matches(pattern, name);
        }

        return matches;
    }

    private static bool TryParseHashed(
        KnownHostMarker marker,
        PublicKey key,
        string name,
        [NotNullWhen(true)] out KnownHostLine? parsed,
        [NotNullWhen(false)] out string? error)
    {
        byte[] salt = new byte[HMACSHA1.HashSizeInBytes];
        byte[] hash = new byte[HMACSHA1.HashSizeInBytes];
        string[] parts = name.StartsWith(HashPrefix, StringComparison.Ordinal) ? name[HashPrefix.Length..].Split('|') : [];
        if (parts.Length != 2
            || !Convert.TryFromBase64String(parts[0], salt, out int saltLength)
            || !Convert.TryFromBase64String(parts[1], hash, out int hashLength)
            || saltLength != salt.Length
            || hashLength != hash.Length)
        {
            parsed = null;
            error = "The hashed host name is damaged.";
            return false;
        }

        parsed = new KnownHostLine(marker, key, [], salt, hash);
        error = null;
        return true;
    }
}
