using System.Security.Cryptography;
using Xunit;

namespace Bastion.Ssh.Tests.Keys;

// A security key played by an ordinary key: OpenSSH PROTOCOL.u2f.
public sealed class SecurityKeyTests
{
    private static readonly byte[] Data = [.. "what was signed"u8];

    public static TheoryData<SshKeyKind> Kinds() => new(SshKeyKind.SkEd25519, SshKeyKind.SkEcdsaP256);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Verify_Touched_IsTrueAndOnlyForItsApplication(SshKeyKind kind)
    {
        using PrivateKey inner = Inner(kind);
        PublicKey key = Key(kind, inner, "ssh:");

        byte[] signature = Sign(key, inner, "ssh:", SecurityKeyFlags.UserPresent);

        Assert.Equal(kind, key.Kind);
        Assert.True(key.IsSecurityKey);
        Assert.True(key.Verify(key.KeyType, Data, signature));
        Assert.False(key.Verify(key.KeyType, Data, Sign(key, inner, "ssh:other", SecurityKeyFlags.UserPresent)));
        Assert.False(key.Verify(key.KeyType, Data, signature.AsSpan(0, signature.Length - 1)));
        Assert.False(key.Verify(key.KeyType, Data, [.. signature, 0]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A11_Verify_WithoutTouch_IsFalseUnlessAllowed(SshKeyKind kind)
    {
        using PrivateKey inner = Inner(kind);
        PublicKey key = Key(kind, inner, "ssh:");
        byte[] untouched = Sign(key, inner, "ssh:", SecurityKeyFlags.None);
        byte[] touched = Sign(key, inner, "ssh:", SecurityKeyFlags.UserPresent);
        byte[] verified = Sign(key, inner, "ssh:", SecurityKeyFlags.UserPresent | SecurityKeyFlags.UserVerified);
        const SecurityKeyFlags Both = SecurityKeyFlags.UserPresent | SecurityKeyFlags.UserVerified;

        Assert.False(key.Verify(key.KeyType, Data, untouched));
        Assert.True(key.Verify(key.KeyType, Data, untouched, SecurityKeyFlags.None));
        Assert.False(key.Verify(key.KeyType, Data, touched, Both));
        Assert.True(key.Verify(key.KeyType, Data, verified, Both));
    }

    // The flags are part of what is signed: raising one afterwards breaks the signature.
    [Fact]
    public void Verify_FlagsRaisedAfterwards_IsFalse()
    {
        using PrivateKey inner = Inner(SshKeyKind.SkEd25519);
        PublicKey key = Key(SshKeyKind.SkEd25519, inner, "ssh:");
        byte[] signature = Sign(key, inner, "ssh:", SecurityKeyFlags.None);
        signature[^5] = (byte)SecurityKeyFlags.UserPresent;
        Assert.False(key.Verify(key.KeyType, Data, signature));
    }

    // A plain signature of the same numbers under the name of the security key must not do.
    [Fact]
    public void Verify_PlainSignatureUnderSkName_IsFalse()
    {
        using PrivateKey inner = Inner(SshKeyKind.SkEd25519);
        PublicKey key = Key(SshKeyKind.SkEd25519, inner, "ssh:");
        byte[] plain = inner.Sign("ssh-ed25519", Data);
        byte[] renamed = Blobs.Join(Blobs.String(key.KeyType), plain[15..]);
        Assert.False(key.Verify(key.KeyType, Data, renamed));
        Assert.False(key.Verify("ssh-ed25519", Data, plain));
    }

    internal static PrivateKey Inner(SshKeyKind kind) =>
        PrivateKey.Generate(kind == SshKeyKind.SkEd25519 ? SshKeyKind.Ed25519 : SshKeyKind.EcdsaP256);

    internal static PublicKey Key(SshKeyKind kind, PrivateKey inner, string application)
    {
        string name = kind == SshKeyKind.SkEd25519 ? "sk-ssh-ed25519@openssh.com" : "sk-ecdsa-sha2-nistp256@openssh.com";
        byte[] fields = inner.PublicKey.Blob.ToArray()[(4 + inner.PublicKey.KeyType.Length)..];
        return PublicKey.Parse(Blobs.Join(Blobs.String(name), fields, Blobs.String(application)));
    }

    private static byte[] Sign(PublicKey key, PrivateKey inner, string application, SecurityKeyFlags flags)
    {
        byte[] trailer = [(byte)flags, 0, 0, 0, 7];
        byte[] signed = Blobs.Join(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(application)), trailer, SHA256.HashData(Data));
        string algorithm = inner.PublicKey.SignatureAlgorithms[0];
        return Blobs.Join(Blobs.String(key.KeyType), inner.Sign(algorithm, signed)[(4 + algorithm.Length)..], trailer);
    }
}
