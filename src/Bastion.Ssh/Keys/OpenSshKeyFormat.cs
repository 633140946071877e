using System.Security.Cryptography;
using System.Text;
using Bastion.Ssh.Crypto;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Keys;

/*
    OpenSSH PROTOCOL.key
    byte[]    "openssh-key-v1\0"
    string    cipher name, string kdf name, string kdf options      "none", "none", "" when not encrypted
    uint32    number of keys                                        1: nobody has ever written another
    string    public key blob
    string    private section:
        uint32    check, uint32 check        the same random number twice
        string    type, … private fields
        string    comment
        byte[]    1, 2, 3, … up to the cipher's block (8 for none)
*/
internal static class OpenSshKeyFormat
{
    public const string Label = "OPENSSH PRIVATE KEY";

    private const int BlockLength = 8;

    // Base64 characters per line, as ssh-keygen writes them.
    private const int LineLength = 70;

    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    public static PrivateKey Read(ReadOnlySpan<byte> content)
    {
        if (!content.StartsWith(Magic))
        {
            throw Damaged();
        }

        BlobReader reader = new(content[Magic.Length..]);
        ReadOnlySpan<byte> cipher = reader.ReadString();
        ReadOnlySpan<byte> kdf = reader.ReadString();
        ReadOnlySpan<byte> kdfOptions = reader.ReadString();
        if (!cipher.IsEmpty && !(cipher.SequenceEqual("none"u8) && kdf.SequenceEqual("none"u8) && kdfOptions.IsEmpty))
        {
            throw new SshFormatException(OpenSshPrivateKeyFile.EncryptedKeyMessage);
        }

        uint count = reader.ReadUInt32();
        ReadOnlySpan<byte> publicBlob = reader.ReadString();
        ReadOnlySpan<byte> privateSection = reader.ReadString();
        if (!reader.AtEnd || count != 1)
        {
            throw Damaged();
        }

        // The cheap public half first: a kind or size that we refuse is refused before the private numbers are touched.
        PublicKey publicKey = PublicKey.Parse(publicBlob);
        PrivateKey key = new(ReadPrivateSection(publicKey.Kind, privateSection));
        if (key.PublicKey.Equals(publicKey) && SignsForItself(key))
        {
            return key;
        }

        key.Dispose();
        throw new SshFormatException("The private key is damaged: its private and public halves do not belong together.");
    }

    public static string Write(PrivateKey key, string comment)
    {
        SshWriter section = new(stackalloc byte[512]);
        SshWriter file = new(stackalloc byte[1024]);
        try
        {
            Span<byte> check = stackalloc byte[sizeof(uint)];
            RandomNumberGenerator.Fill(check);
            section.WriteBytes(check);
            section.WriteBytes(check);
            key.WritePrivate(ref section);
            section.WriteString(comment);
            for (byte pad = 1; section.Length % BlockLength != 0; pad++)
            {
                section.WriteByte(pad);
            }

            file.WriteBytes(Magic);
            file.WriteString("none"u8);
            file.WriteString("none"u8);
            file.WriteString(""u8);
            file.WriteUInt32(1);
            file.WriteString(key.PublicKey.Blob.Span);
            file.WriteString(section.Written);
            return Armor(file.Written);
        }
        finally
        {
            section.Dispose();
            file.Dispose();
        }
    }

    private static SigningKey ReadPrivateSection(SshKeyKind kind, ReadOnlySpan<byte> section)
    {
        BlobReader reader = new(section);
        if (reader.ReadUInt32() != reader.ReadUInt32() || !reader.ReadString().SequenceEqual(KeyType.Of(kind).NameBytes))
        {
            throw Damaged();
        }

        SigningKey key = kind switch
        {
            SshKeyKind.Ed25519 => ReadEd25519(ref reader),
            SshKeyKind.Rsa => ReadRsa(ref reader),
            SshKeyKind.EcdsaP256 or SshKeyKind.EcdsaP384 or SshKeyKind.EcdsaP521 => ReadEcdsa(NistCurve.Of(kind)!, ref reader),
            _ => throw new SshFormatException("The key lives in a security key, which cannot sign without somebody at the machine."),
        };
        reader.ReadString(); // the comment
        for (byte pad = 1; reader.HasMore; pad++)
        {
            if (pad > BlockLength || reader.ReadByte() != pad)
            {
                key.Dispose();
                throw Damaged();
            }
        }

        if (!reader.AtEnd)
        {
            key.Dispose();
            throw Damaged();
        }

        return key;
    }

    private static Ed25519SigningKey ReadEd25519(ref BlobReader reader)
    {
        reader.ReadString(); // the public key, which comes again after the seed
        ReadOnlySpan<byte> pair = reader.ReadString();
        return pair.Length == Ed25519.SeedLength + Ed25519.PublicKeyLength
            ? Ed25519SigningKey.FromSeed(pair[..Ed25519.SeedLength])
            : throw Damaged();
    }

    private static EcdsaSigningKey ReadEcdsa(NistCurve curve, ref BlobReader reader)
    {
        ReadOnlySpan<byte> name = reader.ReadString();
        ReadOnlySpan<byte> point = reader.ReadString();
        ReadOnlySpan<byte> secret = reader.ReadPositiveMpint();
        if (!name.SequenceEqual(curve.NameBytes) || !curve.IsPoint(point) || secret.IsEmpty || secret.Length > curve.FieldLength)
        {
            throw Damaged();
        }

        byte[] padded = new byte[curve.FieldLength];
        try
        {
            secret.CopyTo(padded.AsSpan(padded.Length - secret.Length));
            ECParameters parameters = new() { Curve = curve.Curve, Q = curve.DecodePoint(point), D = padded };
            return EcdsaSigningKey.FromKey(ECDsa.Create(parameters));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
        }
    }

    private static RsaSigningKey ReadRsa(ref BlobReader reader)
    {
        ReadOnlySpan<byte> modulus = reader.ReadPositiveMpint();
        ReadOnlySpan<byte> exponent = reader.ReadPositiveMpint();
        ReadOnlySpan<byte> secret = reader.ReadPositiveMpint();
        ReadOnlySpan<byte> inverseQ = reader.ReadPositiveMpint();
        ReadOnlySpan<byte> p = reader.ReadPositiveMpint();
        ReadOnlySpan<byte> q = reader.ReadPositiveMpint();
        return RsaSecrets.TryCreate(modulus, exponent, secret, inverseQ, p, q, out RSAParameters parameters)
            ? RsaSecrets.ImportAndZero(parameters)
            : throw Damaged();
    }

    private static bool SignsForItself(PrivateKey key)
    {
        string algorithm = key.PublicKey.SignatureAlgorithms[0];
        return key.PublicKey.Verify(algorithm, Magic, key.Sign(algorithm, Magic));
    }

    private static string Armor(ReadOnlySpan<byte> content)
    {
        string base64 = Convert.ToBase64String(content);
        StringBuilder text = new(base64.Length + 128);
        text.Append("-----BEGIN ").Append(Label).Append("-----\n");
        for (int start = 0; start < base64.Length; start += LineLength)
        {
            text.Append(base64, start, Math.Min(LineLength, base64.Length - start)).Append('\n');
        }

        return text.Append("-----END ").Append(Label).Append("-----\n").ToString();
    }

    private static SshFormatException Damaged() => new("The private key file is damaged.");
}
