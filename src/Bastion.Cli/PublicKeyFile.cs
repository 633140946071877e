using Bastion.Ssh;

namespace Bastion.Cli;

// A .pub file that a command was given.
internal static class PublicKeyFile
{
    // The largest public key, RSA of 16384 bits, takes under 3 KiB.
    private const int MaxLength = 64 * 1024;

    // The one line of the file, checked. A private key given by mistake is refused without a look at what is in it.
    internal static string Read(string path)
    {
        string text = ReadText(path);
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CommandFailedException($"{path} is a private key. Give its public half, most likely {path}.pub", ExitCode.Usage);
        }

        string line = text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && line[0] != '#') ?? "";
        return PublicKey.TryParseText(line, out _, out _, out string? error)
            ? line
            : throw new CommandFailedException($"{path} is not a public key: {error} Make one with: ssh-keygen -t ed25519", ExitCode.Usage);
    }

    internal static string ReadText(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxLength
                ? File.ReadAllText(path)
                : throw new CommandFailedException($"{path} is too long for a key or certificate.", ExitCode.Usage);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path} cannot be read: {exception.Message}", ExitCode.Usage);
        }
    }
}
