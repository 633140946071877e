namespace Bastion.Ssh;

/// <summary>The kinds of public key that the engine knows. DSA and RSA with SHA-1 are left out on purpose.</summary>
public enum SshKeyKind
{
    /// <summary>ssh-ed25519 (RFC 8709).</summary>
    Ed25519,

    /// <summary>ecdsa-sha2-nistp256 (RFC 5656).</summary>
    EcdsaP256,

    /// <summary>ecdsa-sha2-nistp384 (RFC 5656).</summary>
    EcdsaP384,

    /// <summary>ecdsa-sha2-nistp521 (RFC 5656).</summary>
    EcdsaP521,

    /// <summary>ssh-rsa, signing with rsa-sha2-256 or rsa-sha2-512 only (RFC 8332).</summary>
    Rsa,

    /// <summary>sk-ssh-ed25519@openssh.com: Ed25519 in a FIDO security key (OpenSSH PROTOCOL.u2f).</summary>
    SkEd25519,

    /// <summary>sk-ecdsa-sha2-nistp256@openssh.com: ECDSA P-256 in a FIDO security key (OpenSSH PROTOCOL.u2f).</summary>
    SkEcdsaP256,
}
