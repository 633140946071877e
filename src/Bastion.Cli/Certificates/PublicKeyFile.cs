using Bastion.Ssh;

namespace Bastion.Cli.Certificates;

// A .pub file that a command was given.
internal static class PublicKeyFile
{
    // The largest public key, RSA of 16384 bits, takes under 3 KiB; a file of certificates may hold some more lines.
    private const int MaxLength = 1 << 20;

    // The one key in the file, checked. A private key given by mistake is refused and never shown or sent.
    internal static string Read(string path)
    {
        string text = ReadText(path);
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CliException($"{path} is a private key. Give its public half, most likely {path}.pub", ExitCode.Usage);
        }

        if (Lines(text).ToList() is not [string line])
        {
            throw new CliException($"{path} must hold one public key on one line. Make one with: ssh-keygen -t ed25519", ExitCode.Usage);
        }

        return PublicKey.TryParseText(line, out _, out _, out string? error)
            ? line
            : throw new CliException($"{path} is not a public key: {error} Make one with: ssh-keygen -t ed25519", ExitCode.Usage);
    }

    // The lines that say something.
    internal static IEnumerable<string> Lines(string text) =>
        text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');

    internal static string ReadText(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using StreamReader reader = new(file);
            char[] buffer = new char[MaxLength + 1];
            int length = reader.ReadBlock(buffer);
            return length <= MaxLength
                ? new string(buffer, 0, length)
                : throw new CliException($"{path} is too long for a key or certificate.", ExitCode.Usage);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path} cannot be read: {exception.Message}", ExitCode.Usage);
        }
    }
}
