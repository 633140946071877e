using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bastion.Server.Targets.Command;

internal static unsafe partial class LibC
{
    internal const int WaitIdPid = 1; // P_PID
    internal const int WaitIdPidDescriptor = 3; // P_PIDFD, Linux 5.4
    internal const int WaitExited = 0x4;
    internal const int WaitNoReap = 0x1000000; // WNOWAIT: leaves the child as it is
    internal const int ChildExited = 1; // CLD_EXITED; CLD_KILLED and CLD_DUMPED follow
    internal const int ChildDumped = 3;

    internal const int SignalHangUp = 1;
    internal const int SignalKill = 9;

    // Linux 5.3 and 5.1, the same numbers on every architecture
    private const nint SystemCallPidOpen = 434;
    private const nint SystemCallPidSendSignal = 424;

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int pid, int signal);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUserId();

    [LibraryImport(Library, EntryPoint = "waitid", SetLastError = true)]
    internal static partial int WaitId(int idType, int id, SignalInfo* result, int options);

    [LibraryImport(Library, EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GetPasswordEntry(string name, PasswordEntry* entry, byte* buffer, nuint size, PasswordEntry** result);

    [LibraryImport(Library, EntryPoint = "getpwuid_r")]
    internal static partial int GetPasswordEntry(uint userId, PasswordEntry* entry, byte* buffer, nuint size, PasswordEntry** result);

    [LibraryImport(Library, EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int Access(string path, int mode);

    // glibc has wrappers since 2.36 only.
    internal static SafeFileHandle OpenPid(int pid)
    {
        SafeFileHandle? process = TryOpenPid(pid);
        if (process is null)
        {
            ThrowLastError("pidfd_open");
        }

        return process!;
    }

    internal static SafeFileHandle? TryOpenPid(int pid)
    {
        nint descriptor = SystemCall(SystemCallPidOpen, pid, 0, 0, 0);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    internal static int SignalPid(SafeFileHandle process, int signal) =>
        (int)SystemCall(SystemCallPidSendSignal, process.DangerousGetHandle(), signal, 0, 0);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth);

    // The head of siginfo_t as waitid fills it for SIGCHLD; the whole has 128 bytes.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    internal struct SignalInfo
    {
        [FieldOffset(0)]
        public int Signal;

        [FieldOffset(8)]
        public int Code;

        [FieldOffset(16)]
        public int Pid;

        [FieldOffset(24)]
        public int Status;
    }

    // struct passwd
    [StructLayout(LayoutKind.Sequential)]
    internal struct PasswordEntry
    {
        public byte* Name;
        public byte* Password;
        public uint UserId;
        public uint GroupId;
        public byte* Comment;
        public byte* Home;
        public byte* Shell;
    }
}
