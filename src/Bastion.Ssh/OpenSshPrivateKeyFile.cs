using System.Security.Cryptography;
using Bastion.Ssh.Keys;

namespace Bastion.Ssh;

/// <summary>
/// Reads and writes private key files: the openssh-key-v1 format of ssh-keygen, and for reading also PEM as OpenSSL writes it
/// (PKCS#8, SEC 1 and PKCS#1).
/// </summary>
public static class OpenSshPrivateKeyFile
{
    // The largest RSA key (16384 bits) takes 13 KiB in base64.
    private const int MaxLength = 64 * 1024;

    /// <summary>Reads a private key.</summary>
    /// <param name="text">The content of the file.</param>
    /// <param name="passphrase">
    /// Opens an encrypted PKCS#8 file. OpenSSH's own encryption (bcrypt-pbkdf) is refused with the way to remove it.
    /// </param>
    /// <exception cref="SshFormatException">The file is not a usable private key; the message says why.</exception>
    public static PrivateKey Read(ReadOnlySpan<char> text, string? passphrase = null)
    {
        if (text.Length > MaxLength)
        {
            throw new SshFormatException("The file is too long for a private key.");
        }

        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new SshFormatException(EncryptedKeyMessage);
        }

        // openssl ecparam puts a block with the curve before the key.
        PemFields pem;
        while (PemEncoding.TryFind(text, out pem) && !text[pem.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal))
        {
            text = text[pem.Location.End..];
        }

        ReadOnlySpan<char> label = text[pem.Label];
        if (label.IsEmpty)
        {
            throw new SshFormatException(
                "The file is not a private key: no -----BEGIN … PRIVATE KEY----- block. Is it the public half (.pub)?");
        }

        byte[] content = new byte[pem.DecodedDataLength];
        try
        {
            _ = Convert.TryFromBase64Chars(text[pem.Base64Data], content, out _);
            return label is OpenSshKeyFormat.Label ? OpenSshKeyFormat.Read(content) : PemKeyFormat.Read(label, content, passphrase);
        }
        catch (CryptographicException exception)
        {
            throw new SshFormatException("The private key is damaged: its numbers do not make a key.", exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>
    /// Writes a private key without encryption, as <c>ssh-keygen -N ''</c> does. The caller keeps the file readable by its owner only.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="comment">Stands in the file for people to read.</param>
    public static string Write(PrivateKey key, string comment)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(comment);
        return OpenSshKeyFormat.Write(key, comment);
    }

    // No library at hand derives keys by bcrypt-pbkdf, and a primitive is not written by hand.
    internal const string EncryptedKeyMessage =
        "The private key is encrypted with a passphrase in a form that cannot be read here. "
        + "Remove the passphrase from a copy with: ssh-keygen -p -N '' -f FILE";
}
