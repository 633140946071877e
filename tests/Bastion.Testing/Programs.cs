namespace Bastion.Testing;

/// <summary>The programs of other people that tests run. A missing one fails the test and names its Debian package; nothing is skipped.</summary>
public static class Programs
{
    // Debian gives /usr/sbin only to root's PATH, and sshd insists on being started by its absolute path anyway.
    private static readonly string[] ExtraFolders = ["/usr/sbin", "/sbin"];

    public static string Ssh => Find("ssh", "openssh-client");
    public static string Scp => Find("scp", "openssh-client");
    public static string Sftp => Find("sftp", "openssh-client");
    public static string SshKeygen => Find("ssh-keygen", "openssh-client");
    public static string Sshd => Find("sshd", "openssh-server");
    public static string Setsid => Find("setsid", "util-linux");

    /// <summary>The absolute path of a program.</summary>
    /// <exception cref="MissingProgramException">It is nowhere on PATH.</exception>
    public static string Find(string name, string package)
    {
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(ExtraFolders);
        return folders.Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new MissingProgramException(name, package);
    }
}

/// <summary>A program that a test needs is not installed.</summary>
public sealed class MissingProgramException(string name, string package)
    : Exception($"The program {name} is not installed. Install it with: apt-get install {package}");
