using System.Text.Json;
using Bastion.Cli.Output;

namespace Bastion.Cli.Certificates;

// The ssh command that a person can try with what was just issued.
internal static class SshLine
{
    // What ssh's -i takes for a public key file: the private key, beside which ssh finds the certificate by itself.
    internal static string Identity(string keyPath) => keyPath.EndsWith(".pub", StringComparison.Ordinal) ? keyPath[..^".pub".Length] : keyPath;

    // From the answer's `destination`: what may stand behind ssh, with options before it; null when no rule lets the user in anywhere.
    // The certificate is named where ssh would not find it by itself.
    internal static string ToTry(JsonElement answer, string keyPath, string? certificatePath = null)
    {
        string destination = CellText.Unescaped(answer, "destination");
        if (destination.Length == 0)
        {
            return "No access rule lets this user in anywhere yet: add one under 'access' in the configuration.";
        }

        string certificate = certificatePath is null || certificatePath == CertificateFile.PathFor(keyPath)
            ? ""
            : $"-o CertificateFile={Quote(certificatePath)} ";
        return $"Try: ssh -i {Quote(Identity(keyPath))} {certificate}{SafeText.Escape(destination)}";
    }

    // As a word of a POSIX shell, quoted only where it must be.
    internal static string Quote(string word)
    {
        bool plain = word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-+@%:,=".Contains(letter));
        return plain ? word : $"'{SafeText.Escape(word).Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
