using Microsoft.Win32.SafeHandles;

namespace Bastion.Server.Audit;

// The file of the audit log. Append returns when the bytes are on the disk, or throws and leaves the file as it was. Not
// thread-safe: AuditLog's one writer owns it. Open for tests, which let it fail.
internal class AuditFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private long _length;

    internal AuditFile(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using (new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            // Only FileStream can say the mode of a new file.
        }

        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        _length = RandomAccess.GetLength(_handle);
        EndTornLine();
    }

    internal virtual void Append(ReadOnlySpan<byte> lines)
    {
        // A failed attempt may have left a part of a line behind: each starts where the last good one ended.
        if (RandomAccess.GetLength(_handle) != _length)
        {
            RandomAccess.SetLength(_handle, _length);
        }

        RandomAccess.Write(_handle, lines, _length);
        RandomAccess.FlushToDisk(_handle);
        _length += lines.Length;
    }

    public void Dispose()
    {
        _handle.Dispose();
        GC.SuppressFinalize(this);
    }

    // What a crash cut off is kept as evidence, on a line of its own.
    private void EndTornLine()
    {
        Span<byte> last = stackalloc byte[1];
        if (_length > 0 && RandomAccess.Read(_handle, last, _length - 1) == 1 && last[0] != (byte)'\n')
        {
            Append("\n"u8);
        }
    }
}
