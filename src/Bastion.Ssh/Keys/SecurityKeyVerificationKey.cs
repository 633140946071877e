using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Bastion.Ssh.Keys;

/*
    OpenSSH PROTOCOL.u2f: a plain Ed25519 or P-256 key and the application (usually "ssh:") it was made for. It signs
    SHA256(application) ‖ byte flags ‖ uint32 counter ‖ SHA256(data), and the signature blob carries flags and counter after the
    inner signature.
*/
internal sealed class SecurityKeyVerificationKey : VerificationKey
{
    // byte flags ‖ uint32 counter
    private const int TrailerLength = 1 + sizeof(uint);

    private readonly VerificationKey _inner;
    private readonly byte[] _applicationHash;

    private SecurityKeyVerificationKey(VerificationKey inner, byte[] applicationHash)
    {
        _inner = inner;
        _applicationHash = applicationHash;
    }

    public static bool TryRead(
        SshKeyKind kind,
        ref BlobReader reader,
        [NotNullWhen(true)] out VerificationKey? key,
        [NotNullWhen(false)] out string? error)
    {
        key = null;
        SshKeyKind innerKind = kind == SshKeyKind.SkEd25519 ? SshKeyKind.Ed25519 : SshKeyKind.EcdsaP256;
        if (!TryReadFields(innerKind, ref reader, out VerificationKey? inner, out error))
        {
            return false;
        }

        ReadOnlySpan<byte> application = reader.ReadString();
        if (application.IsEmpty)
        {
            error = "A security key does not name its application.";
            return false;
        }

        key = new SecurityKeyVerificationKey(inner, SHA256.HashData(application));
        return true;
    }

    public override bool Verify(string algorithm, ReadOnlySpan<byte> data, BlobReader proof, SecurityKeyFlags required)
    {
        if (proof.Rest.Length < TrailerLength)
        {
            return false;
        }

        BlobReader innerProof = new(proof.Rest[..^TrailerLength]);
        BlobReader trailer = new(proof.Rest[^TrailerLength..]);
        SecurityKeyFlags flags = (SecurityKeyFlags)trailer.ReadByte();
        uint counter = trailer.ReadUInt32();
        if ((flags & required) != required)
        {
            return false;
        }

        const int FlagsOffset = SHA256.HashSizeInBytes;
        const int CounterOffset = FlagsOffset + 1;
        const int DataOffset = CounterOffset + sizeof(uint);
        Span<byte> signed = stackalloc byte[DataOffset + SHA256.HashSizeInBytes];
        _applicationHash.CopyTo(signed);
        signed[FlagsOffset] = (byte)flags;
        BinaryPrimitives.WriteUInt32BigEndian(signed[CounterOffset..], counter);
        SHA256.HashData(data, signed[DataOffset..]);
        return _inner.Verify(algorithm, signed, innerProof, SecurityKeyFlags.None);
    }
}
