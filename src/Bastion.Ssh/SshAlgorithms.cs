using Bastion.Ssh.KeyExchange;
using Bastion.Ssh.Transport;

namespace Bastion.Ssh;

/// <summary>
/// The algorithms that one side of a connection offers, each list in order of preference. Of both sides' lists the client's order
/// decides (RFC 4253 §7.1). Immutable: change a copy with a <c>with</c> expression. A list may not be empty or hold a name that this
/// engine does not have; compression is always "none".
/// </summary>
public sealed record SshAlgorithms
{
    private static readonly string[] KnownHostKeys =
    [
        "ssh-ed25519-cert-v01@openssh.com",
        "ecdsa-sha2-nistp256-cert-v01@openssh.com",
        "ecdsa-sha2-nistp384-cert-v01@openssh.com",
        "ecdsa-sha2-nistp521-cert-v01@openssh.com",
        "rsa-sha2-512-cert-v01@openssh.com",
        "rsa-sha2-256-cert-v01@openssh.com",
        "ssh-ed25519",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "rsa-sha2-512",
        "rsa-sha2-256",
    ];

    private static readonly string[] KnownUserKeys =
    [
        "ssh-ed25519",
        "sk-ssh-ed25519@openssh.com",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "sk-ecdsa-sha2-nistp256@openssh.com",
        "rsa-sha2-512",
        "rsa-sha2-256",
    ];

    private SshAlgorithms()
    {
    }

    /// <summary>What is offered unless a target needs something else. No SHA-1, no CBC, no finite-field Diffie-Hellman.</summary>
    public static SshAlgorithms Default { get; } = new();

    /// <summary>
    /// Key exchange methods. sntrup761 is last: a client that wants it puts it first and gets it, while our own dialling, where it
    /// costs a tenth of a second of processor time, takes the curves instead.
    /// </summary>
    public IReadOnlyList<string> Kex { get; init => field = Checked(value, KexMethod.IsMethod); } =
    [
        KexMethod.MlKem768X25519,
        KexMethod.Curve25519,
        KexMethod.Curve25519LibSsh,
        KexMethod.EcdhNistP256,
        KexMethod.EcdhNistP384,
        KexMethod.EcdhNistP521,
        KexMethod.Sntrup761X25519,
        KexMethod.Sntrup761X25519OpenSsh,
    ];

    /// <summary>
    /// Signature algorithms of host keys, those of certificates with their <c>-cert-v01@openssh.com</c> name. A server offers those it
    /// has a key for.
    /// </summary>
    public IReadOnlyList<string> HostKeys { get; init => field = Checked(value, KnownHostKeys.Contains); } = KnownHostKeys;

    /// <summary>Signature algorithms that a client may sign in with, plain or under a certificate; announced as <c>server-sig-algs</c>.</summary>
    public IReadOnlyList<string> UserKeys { get; init => field = Checked(value, KnownUserKeys.Contains); } = KnownUserKeys;

    /// <summary>Ciphers, the same for both directions. ChaCha20 first, as OpenSSH's clients have it.</summary>
    public IReadOnlyList<string> Ciphers { get; init => field = Checked(value, PacketCipherFactory.IsCipher); } =
    [
        PacketCipherFactory.ChaChaPolyName,
        PacketCipherFactory.Aes128GcmName,
        PacketCipherFactory.Aes256GcmName,
        PacketCipherFactory.Aes128CtrName,
        PacketCipherFactory.Aes256CtrName,
        PacketCipherFactory.Aes192CtrName,
    ];

    /// <summary>MACs, the same for both directions. Ciphers that authenticate by themselves take none.</summary>
    public IReadOnlyList<string> Macs { get; init => field = Checked(value, PacketCipherFactory.IsMac); } =
    [
        PacketCipherFactory.HmacSha256EtmName,
        PacketCipherFactory.HmacSha512EtmName,
        PacketCipherFactory.HmacSha256Name,
        PacketCipherFactory.HmacSha512Name,
    ];

    private static string[] Checked(IReadOnlyList<string> names, Func<string, bool> isKnown)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] copy = [.. names];
        if (copy.Length == 0)
        {
            throw new ArgumentException("A list of algorithms is empty: no connection could come about.", nameof(names));
        }

        string? unknown = Array.Find(copy, name => !isKnown(name));
        if (unknown is not null)
        {
            throw new ArgumentException($"There is no algorithm '{unknown}' for this list.", nameof(names));
        }

        return copy;
    }
}
