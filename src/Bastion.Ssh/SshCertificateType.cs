namespace Bastion.Ssh;

/// <summary>What a certificate vouches for (OpenSSH PROTOCOL.certkeys).</summary>
public enum SshCertificateType : uint
{
    /// <summary>A person or a machine that signs in.</summary>
    User = 1,

    /// <summary>A server.</summary>
    Host = 2,
}
