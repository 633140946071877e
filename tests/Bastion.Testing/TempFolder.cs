namespace Bastion.Testing;

/// <summary>
/// An own folder (mode 0700) that disappears with its owner. The path is short, because the path of a Unix socket in it may
/// have no more than 107 bytes (unix(7)).
/// </summary>
public sealed class TempFolder : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Root { get; } = Directory.CreateTempSubdirectory("bst-").FullName;

    public string File(string name) => Path.Combine(Root, name);

    /// <summary>Writes a file that only its owner may read, as private keys and configurations must be; returns its path.</summary>
    public string Write(string name, string text)
    {
        string path = File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        System.IO.File.SetUnixFileMode(path, Private);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // the test removed it itself
        }
    }
}
