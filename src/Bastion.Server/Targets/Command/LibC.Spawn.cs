using System.Runtime.InteropServices;

namespace Bastion.Server.Targets.Command;

internal static unsafe partial class LibC
{
    // Opaque to us; glibc's posix_spawnattr_t has 336 bytes, posix_spawn_file_actions_t 80, sigset_t 128. Room is left for others.
    internal const int SpawnAttributesSize = 512;
    internal const int SpawnActionsSize = 256;
    internal const int SignalSetSize = 128;

    internal const short SpawnSetSignalDefaults = 0x04;
    internal const short SpawnSetSignalMask = 0x08;
    internal const short SpawnNewSession = 0x80; // POSIX_SPAWN_SETSID, glibc 2.26

    // All posix_spawn* functions return the error instead of setting errno.
    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    internal static partial int Spawn(int* pid, byte* path, byte* actions, byte* attributes, byte** argv, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static partial int SpawnAttributesInit(byte* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int SpawnAttributesDestroy(byte* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int SpawnAttributesSetFlags(byte* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int SpawnAttributesSetSignalMask(byte* attributes, byte* signalSet);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int SpawnAttributesSetSignalDefaults(byte* attributes, byte* signalSet);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int SpawnActionsInit(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int SpawnActionsDestroy(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addopen")]
    internal static partial int SpawnActionsAddOpen(byte* actions, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int SpawnActionsAddDuplicate(byte* actions, int descriptor, int target);

    // glibc 2.29
    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    internal static partial int SpawnActionsAddChangeDirectory(byte* actions, byte* path);

    // glibc 2.34
    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    internal static partial int SpawnActionsAddCloseFrom(byte* actions, int lowest);

    [LibraryImport(Library, EntryPoint = "sigfillset")]
    internal static partial int SignalSetFill(byte* signalSet);

    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    internal static partial int SignalSetEmpty(byte* signalSet);
}
