namespace Bastion.Ssh;

/// <summary>What a FIDO security key vouches for in a signature (WebAuthn §6.1 authenticator data; OpenSSH PROTOCOL.u2f).</summary>
[Flags]
public enum SecurityKeyFlags : byte
{
    /// <summary>Nothing beyond possession.</summary>
    None = 0,

    /// <summary>Somebody touched the key.</summary>
    UserPresent = 0x01,

    /// <summary>The key knew the person, by PIN or biometrics.</summary>
    UserVerified = 0x04,
}
