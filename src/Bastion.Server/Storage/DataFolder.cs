using Bastion.Server.Configuration;

namespace Bastion.Server.Storage;

// Where everything that the bastion keeps lies. The folder is 0700 and its files 0600: the private halves of the authorities are in it.
internal sealed class DataFolder(string root)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersMode = (UnixFileMode)0b111_111;

    internal string Root { get; } = root;

    internal string Database => InRoot("bastion.db");

    internal string AuditFile => Path.Combine(Root, "audit", "audit.jsonl");

    internal string LogFile => Path.Combine(Root, "log", "bastion-.jsonl");

    // The longest path of a Unix socket is 107 bytes, which ConfigValidator checks.
    internal string AdminSocket => InRoot("admin.sock");

    internal string InRoot(string name) => Path.Combine(Root, name);

    // Makes the folder, or refuses one that others can look into. The lock keeps a second bastion out for as long as it is held; the kernel
    // releases it with the process.
    internal FileStream Prepare()
    {
        try
        {
            Directory.CreateDirectory(Root, OwnerOnly);
            CheckPrivate(Root, "700");
            Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!, OwnerOnly);
            return new FileStream(InRoot("bastion.lock"), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StartupException(
                $"The data folder {Root} cannot be used: {exception.Message} Give it to the account that runs the bastion, or set data_dir.",
                exception);
        }
        catch (IOException exception)
        {
            throw new StartupException(
                $"The data folder {Root} cannot be used: {exception.Message} If another bastion runs on it, stop that one first.",
                exception);
        }
    }

    // A private key or folder that others could read or replace is worth nothing, as sshd's StrictModes.
    internal static void CheckPrivate(string path, string mode)
    {
        if ((File.GetUnixFileMode(path) & OthersMode) != 0)
        {
            throw new StartupException($"{path} is open to other accounts. Check who could have read it, then: chmod {mode} {path}");
        }

        if (FileOwner.Of(path) is not uint owner || owner != FileOwner.Self)
        {
            throw new StartupException(
                $"{path} belongs to another account than the one that runs the bastion. Check it, then: chown {FileOwner.Self} {path}");
        }
    }
}
