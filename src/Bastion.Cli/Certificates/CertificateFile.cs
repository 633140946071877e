using Bastion.Ssh;

namespace Bastion.Cli.Certificates;

// A -cert.pub file.
internal static class CertificateFile
{
    private const string Suffix = "-cert.pub";

    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead; // 0644: nothing in it is secret

    // Where ssh looks for the certificate of a key: id_ed25519 and id_ed25519.pub have id_ed25519-cert.pub beside them.
    internal static string PathFor(string keyPath) => keyPath.EndsWith(Suffix, StringComparison.Ordinal) ? keyPath : SshLine.Identity(keyPath) + Suffix;

    // The certificates in a file, or in the one beside the key that is named instead.
    internal static (string Path, IReadOnlyList<SshCertificate> Certificates) Read(string path)
    {
        if (File.Exists(PathFor(path)))
        {
            path = PathFor(path);
        }

        List<SshCertificate> certificates = [];
        foreach (string line in PublicKeyFile.Lines(PublicKeyFile.ReadText(path)))
        {
            certificates.Add(SshCertificate.TryParseText(line, out SshCertificate? certificate, out _, out string? error)
                ? certificate
                : throw new CliException($"{path} is not a certificate: {error}", ExitCode.Usage));
        }

        return certificates.Count > 0 ? (path, certificates) : throw new CliException($"{path} is empty.", ExitCode.Usage);
    }

    // Before anything is issued: what may be written over is an older certificate, never a key or whatever else a slip of the hand names.
    internal static void CheckReplaceable(string path)
    {
        if (Directory.Exists(path))
        {
            throw new CliException($"{path} is a folder: name a file in it.", ExitCode.Usage);
        }

        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new CliException($"The folder of {path} does not exist.", ExitCode.Usage);
        }

        if (File.Exists(path) && !PublicKeyFile.Lines(PublicKeyFile.ReadText(path)).All(line => SshCertificate.TryParseText(line, out _, out _, out _)))
        {
            throw new CliException($"{path} exists and is not a certificate, so it is left alone. Name another file with --out.", ExitCode.Usage);
        }
    }

    // Whole or not at all: ssh may be reading the old one at this moment.
    internal static void Write(string path, string certificate)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = ReadableByAll };
            using (StreamWriter writer = new(temporary, options))
            {
                writer.Write(certificate);
                writer.Write('\n');
            }

            File.SetUnixFileMode(temporary, ReadableByAll); // whatever the umask is
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new CliException($"The certificate was issued, but {path} cannot be written: {exception.Message} Name another file with --out.");
        }
    }
}
