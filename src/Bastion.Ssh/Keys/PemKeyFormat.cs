using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Bastion.Ssh.Keys;

// The PEM forms of OpenSSL, which ssh-keygen reads too: PKCS#8 (RFC 5958), SEC 1 (RFC 5915) and PKCS#1 (RFC 8017 A.1.2).
internal static class PemKeyFormat
{
    private const string Ed25519Oid = "1.3.101.112"; // RFC 8410
    private const string EcdsaOid = "1.2.840.10045.2.1"; // RFC 5480
    private const string RsaOid = "1.2.840.113549.1.1.1"; // RFC 8017

    public static PrivateKey Read(ReadOnlySpan<char> label, byte[] content, string? passphrase) => label switch
    {
        "PRIVATE KEY" => ReadPkcs8(content),
        "ENCRYPTED PRIVATE KEY" => ReadEncryptedPkcs8(content, passphrase),
        "EC PRIVATE KEY" => ReadEcdsa(key => key.ImportECPrivateKey(content, out _)),
        "RSA PRIVATE KEY" => ReadRsa(key => key.ImportRSAPrivateKey(content, out _)),
        _ => throw new SshFormatException("The file holds no private key that is supported. Make one with: ssh-keygen -t ed25519"),
    };

    private static PrivateKey ReadPkcs8(byte[] content)
    {
        try
        {
            AsnReader info = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
            info.ReadInteger(); // version
            string algorithm = info.ReadSequence().ReadObjectIdentifier();
            return algorithm switch
            {
                Ed25519Oid => ReadEd25519(info.ReadOctetString()),
                EcdsaOid => ReadEcdsa(key => key.ImportPkcs8PrivateKey(content, out _)),
                RsaOid => ReadRsa(key => key.ImportPkcs8PrivateKey(content, out _)),
                _ => throw new SshFormatException("The kind of private key is not supported. Make one with: ssh-keygen -t ed25519"),
            };
        }
        catch (AsnContentException exception)
        {
            throw new SshFormatException("The private key file is damaged.", exception);
        }
    }

    // The kind is inside the encryption, and the BCL opens it only as one kind or the other.
    private static PrivateKey ReadEncryptedPkcs8(byte[] content, string? passphrase)
    {
        if (passphrase is null)
        {
            throw new SshFormatException("The private key is encrypted with a passphrase, and none was given.");
        }

        try
        {
            return ReadEcdsa(key => key.ImportEncryptedPkcs8PrivateKey(passphrase, content, out _));
        }
        catch (CryptographicException)
        {
            try
            {
                return ReadRsa(key => key.ImportEncryptedPkcs8PrivateKey(passphrase, content, out _));
            }
            catch (CryptographicException exception)
            {
                throw new SshFormatException("The passphrase is wrong, or the key inside is neither ECDSA nor RSA.", exception);
            }
        }
    }

    // RFC 8410 §7: the OCTET STRING of PKCS#8 holds another one with the seed.
    private static PrivateKey ReadEd25519(byte[] inner)
    {
        byte[] seed = new AsnReader(inner, AsnEncodingRules.DER).ReadOctetString();
        try
        {
            return seed.Length == Crypto.Ed25519.SeedLength
                ? new PrivateKey(Ed25519SigningKey.FromSeed(seed))
                : throw new SshFormatException("The private key is damaged: an Ed25519 seed has 32 bytes.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(inner);
        }
    }

    private static PrivateKey ReadEcdsa(Action<ECDsa> import)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            import(key);
            return new PrivateKey(EcdsaSigningKey.FromKey(key));
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static PrivateKey ReadRsa(Action<RSA> import)
    {
        RSA key = RSA.Create();
        try
        {
            import(key);
            return new PrivateKey(RsaSigningKey.FromKey(key));
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
