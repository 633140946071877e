using System.Runtime.InteropServices;
using System.Text;

namespace Bastion.Server.Targets.Command;

// What the child does between fork and exec, in order: posix_spawn's file actions, in a new session, with all signals at their
// defaults (.NET ignores SIGPIPE, which a child would inherit) and none blocked.
internal sealed unsafe class SpawnActions : IDisposable
{
    private readonly byte* _actions;

    internal SpawnActions()
    {
        _actions = (byte*)NativeMemory.AllocZeroed(LibC.SpawnActionsSize);
        Check(LibC.SpawnActionsInit(_actions), "posix_spawn_file_actions_init");
    }

    internal void Open(int descriptor, ReadOnlySpan<byte> path, int flags)
    {
        fixed (byte* pointer = path)
        {
            Check(LibC.SpawnActionsAddOpen(_actions, descriptor, pointer, flags, 0), "posix_spawn_file_actions_addopen");
        }
    }

    internal void Duplicate(int descriptor, int target) =>
        Check(LibC.SpawnActionsAddDuplicate(_actions, descriptor, target), "posix_spawn_file_actions_adddup2");

    internal void CloseFrom(int lowest) => Check(LibC.SpawnActionsAddCloseFrom(_actions, lowest), "posix_spawn_file_actions_addclosefrom_np");

    internal void ChangeDirectory(string path)
    {
        fixed (byte* pointer = Terminated(path))
        {
            Check(LibC.SpawnActionsAddChangeDirectory(_actions, pointer), "posix_spawn_file_actions_addchdir_np");
        }
    }

    internal int Spawn(string program, NativeStrings arguments, NativeStrings environment)
    {
        byte* attributes = stackalloc byte[LibC.SpawnAttributesSize];
        Check(LibC.SpawnAttributesInit(attributes), "posix_spawnattr_init");
        try
        {
            SetSignals(attributes);
            int pid;
            fixed (byte* path = Terminated(program))
            {
                Check(LibC.Spawn(&pid, path, _actions, attributes, arguments.Pointer, environment.Pointer), "posix_spawn");
            }

            return pid;
        }
        finally
        {
            _ = LibC.SpawnAttributesDestroy(attributes);
        }
    }

    public void Dispose()
    {
        _ = LibC.SpawnActionsDestroy(_actions);
        NativeMemory.Free(_actions);
    }

    private static void SetSignals(byte* attributes)
    {
        byte* signals = stackalloc byte[LibC.SignalSetSize];
        _ = LibC.SignalSetEmpty(signals);
        Check(LibC.SpawnAttributesSetSignalMask(attributes, signals), "posix_spawnattr_setsigmask");
        _ = LibC.SignalSetFill(signals);
        Check(LibC.SpawnAttributesSetSignalDefaults(attributes, signals), "posix_spawnattr_setsigdefault");
        const short Flags = LibC.SpawnNewSession | LibC.SpawnSetSignalMask | LibC.SpawnSetSignalDefaults;
        Check(LibC.SpawnAttributesSetFlags(attributes, Flags), "posix_spawnattr_setflags");
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private static void Check(int error, string call)
    {
        if (error != 0)
        {
            LibC.ThrowError(error, call);
        }
    }
}
