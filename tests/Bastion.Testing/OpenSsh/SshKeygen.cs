using Bastion.Testing.Processes;

namespace Bastion.Testing.OpenSsh;

/// <summary>A key pair that ssh-keygen made: the private half at <see cref="Path"/>, the public one beside it as .pub.</summary>
public sealed record KeyFile(string Path)
{
    public string PublicPath => $"{Path}.pub";

    /// <summary>Where ssh-keygen writes the certificate of this key, and where ssh looks for it.</summary>
    public string CertificatePath => $"{Path}-cert.pub";

    /// <summary>The public half as one line: type and base64, without the comment.</summary>
    public string PublicLine => string.Join(' ', File.ReadAllText(PublicPath).Split(' ', '\n').Take(2));
}

/// <summary>ssh-keygen: keys and certificates as OpenSSH makes them.</summary>
public static class SshKeygen
{
    public static async Task<KeyFile> GenerateAsync(TempFolder folder, string name, string type = "ed25519", int? bits = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = folder.File(name);
        IReadOnlyList<string> size = bits is { } b ? ["-b", $"{b}"] : [];
        await RunAsync(["-q", "-t", type, .. size, "-N", "", "-C", name, "-f", path]);
        return new KeyFile(path);
    }

    /// <summary>
    /// Writes a user certificate beside the key. The validity is as -V has it ("+1h", "-2h:-1h", "always:forever"), the options are as
    /// -O has them ("force-command=…", "source-address=…", "no-pty").
    /// </summary>
    public static Task SignUserAsync(
        KeyFile authority, KeyFile key, string keyId, string principals, string validity = "-1m:+1h", params IReadOnlyList<string> options)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(key);
        IEnumerable<string> asOptions = options.SelectMany(option => (string[])["-O", option]);
        return RunAsync(["-q", "-s", authority.Path, "-I", keyId, "-n", principals, "-V", validity, .. asOptions, key.PublicPath]);
    }

    /// <summary>Writes a host certificate beside the key, for these comma-separated names.</summary>
    public static Task SignHostAsync(KeyFile authority, KeyFile key, string names, string validity = "-1m:+1h")
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(key);
        return RunAsync(["-q", "-s", authority.Path, "-h", "-I", names, "-n", names, "-V", validity, key.PublicPath]);
    }

    /// <summary>The key id of a key's certificate.</summary>
    public static async Task<string> KeyIdAsync(KeyFile key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ProcessResult result = (await ProcessRunner.RunAsync(Programs.SshKeygen, "-L", "-f", key.CertificatePath)).ShouldExit();
        string line = result.Output.Split('\n').First(l => l.Contains("Key ID:", StringComparison.Ordinal));
        return line.Split('"')[1];
    }

    private static async Task RunAsync(IReadOnlyList<string> arguments) =>
        (await ProcessRunner.RunAsync(Programs.SshKeygen, arguments)).ShouldExit();
}
