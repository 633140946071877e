using Bastion.Ssh.Keys;

namespace Bastion.Ssh.Tests.Keys;

// A certificate put together field by field, with nothing checked: for what no honest authority would sign.
internal sealed record CertificateBlob(PrivateKey Authority, PublicKey Key)
{
    public string Type { get; init; } = KeyType.Of(Key.Kind).CertificateName;

    public byte[] KeyFields { get; init; } = Key.Blob.ToArray()[(4 + Key.KeyType.Length)..];

    public ulong Serial { get; init; } = 1;

    public uint CertificateType { get; init; } = (uint)SshCertificateType.User;

    public byte[] KeyId { get; init; } = Blobs.String("id");

    public byte[] Principals { get; init; } = Blobs.String("alice");

    public ulong ValidAfter { get; init; }

    public ulong ValidBefore { get; init; } = ulong.MaxValue;

    public byte[] Critical { get; init; } = [];

    public byte[] Extensions { get; init; } = [];

    public byte[] Reserved { get; init; } = [];

    public byte[] SignatureKey { get; init; } = Authority.PublicKey.Blob.ToArray();

    // Null: signed by the authority, as its first algorithm has it.
    public byte[]? Signature { get; init; }

    public byte[] Trailer { get; init; } = [];

    // A critical option with a value inside its value, as force-command has it.
    public static byte[] Option(string name, string value) => Blobs.Join(Blobs.String(name), Blobs.String(Blobs.String(value)));

    public static byte[] Flag(string name) => Blobs.Join(Blobs.String(name), Blobs.String(""));

    public byte[] ToBlob()
    {
        byte[] body = Blobs.Join(
            Blobs.String(Type),
            Blobs.String(new byte[32]),
            KeyFields,
            Blobs.UInt64(Serial),
            Blobs.UInt32(CertificateType),
            KeyId,
            Blobs.String(Principals),
            Blobs.UInt64(ValidAfter),
            Blobs.UInt64(ValidBefore),
            Blobs.String(Critical),
            Blobs.String(Extensions),
            Blobs.String(Reserved),
            Blobs.String(SignatureKey));
        byte[] signature = Signature ?? Authority.Sign(Authority.PublicKey.SignatureAlgorithms[0], body);
        return Blobs.Join(body, Blobs.String(signature), Trailer);
    }

    public SshCertificate ToCertificate() =>
        SshCertificate.TryParse(ToBlob(), out SshCertificate? certificate, out string? error)
            ? certificate
            : throw new InvalidOperationException(error);
}
