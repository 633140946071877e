using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Keys;

// The algorithm-specific half of a private key. Immutable and thread-safe.
internal abstract class SigningKey : IDisposable
{
    public abstract SshKeyKind Kind { get; }

    // The fields after the type name of the public key's blob.
    public abstract void WritePublicFields(ref SshWriter writer);

    // The fields after the type name in an openssh-key-v1 file (OpenSSH PROTOCOL.agent §3.2: the same layout).
    public abstract void WritePrivateFields(ref SshWriter writer);

    // The inner string of a signature blob.
    public abstract void Sign(string algorithm, ReadOnlySpan<byte> data, ref SshWriter signature);

    public abstract void Dispose();
}
