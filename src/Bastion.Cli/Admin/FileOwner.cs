using System.Runtime.InteropServices;

namespace Bastion.Cli.Admin;

// Who owns a file, which .NET does not say. statx(2) because its structure is the same on every processor.
internal static unsafe partial class FileOwner
{
    private const int AtCurrentFolder = -100; // AT_FDCWD
    private const uint MaskUid = 0x8; // STATX_UID
    private const int StructureLength = 256;
    private const int UidOffset = 20; // after stx_mask, stx_blksize, stx_attributes (64 bit) and stx_nlink

    // The account that this program runs as.
    internal static uint Self => geteuid();

    // Null when the file cannot be looked at.
    internal static uint? Of(string path)
    {
        byte* structure = stackalloc byte[StructureLength];
        return statx(AtCurrentFolder, path, 0, MaskUid, structure) == 0 ? *(uint*)(structure + UidOffset) : null;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* structure);

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
