using System.Text;
using Bastion.Server.Configuration;
using Bastion.Server.Storage;
using Bastion.Ssh;

namespace Bastion.Server.Certificates;

// A private key of the bastion's own in the data folder: made at first start, then read. Never replaced: who trusts the public half
// would be locked out.
internal static class PrivateKeyFile
{
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal static PrivateKey LoadOrCreate(string path, SshKeyKind kind, string comment, out bool created)
    {
        created = !File.Exists(path);
        try
        {
            if (created)
            {
                Create(path, kind, comment);
            }

            DataFolder.CheckPrivate(path, "600");
            return OpenSshPrivateKeyFile.Read(File.ReadAllText(path));
        }
        catch (SshFormatException exception)
        {
            throw new StartupException(
                $"{path} is damaged: {exception.Message} Restore it from a backup; a new key would not be trusted by anybody.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{path} cannot be used: {exception.Message}", exception);
        }
    }

    // Writes `text` under its final name at once or not at all, and to the disk before it has the name.
    internal static void WriteWhole(string path, string text, UnixFileMode mode)
    {
        string partial = path + ".new";
        File.Delete(partial); // of a start that was cut off
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode };
        using (FileStream file = new(partial, options))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    // The public half first: a crash in between leaves a .pub without its key, which the next start overwrites.
    private static void Create(string path, SshKeyKind kind, string comment)
    {
        using PrivateKey key = PrivateKey.Generate(kind);
        WriteWhole(path + ".pub", key.PublicKey.ToText(comment) + "\n", OwnerReadWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        WriteWhole(path, OpenSshPrivateKeyFile.Write(key, comment), OwnerReadWrite);
    }
}
