using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bastion.Testing.Processes;

// The few calls of libc that .NET does not offer: signals and pseudo-terminals. Constants are those of Linux (signal(7), ioctl_tty(2)).
internal static partial class LibC
{
    public const int SigHup = 1;
    public const int SigInt = 2;
    public const int SigTerm = 15;
    public const int OpenReadWrite = 2;
    public const int OpenNoControllingTerminal = 0x100;
    public const int OpenCloseOnExec = 0x80000;
    private const nuint SetWindowSize = 0x5414;

    public static void Kill(int processId, int signal) => Check(KillCore(processId, signal), "kill");

    // The master side of a new pseudo-terminal and the path of its other side.
    public static (SafeFileHandle Master, string Path) OpenPseudoTerminal()
    {
        int descriptor = Check(PosixOpenPt(OpenReadWrite | OpenNoControllingTerminal | OpenCloseOnExec), "posix_openpt");
        var master = new SafeFileHandle(descriptor, ownsHandle: true);
        Check(GrantPt(descriptor), "grantpt");
        Check(UnlockPt(descriptor), "unlockpt");
        byte[] name = new byte[64];
        Check(PtsNameR(descriptor, name, (nuint)name.Length), "ptsname_r");
        return (master, System.Text.Encoding.ASCII.GetString(name.AsSpan(0, name.AsSpan().IndexOf((byte)0))));
    }

    public static void Resize(SafeFileHandle master, int columns, int rows)
    {
        var size = new WindowSize { Rows = (ushort)rows, Columns = (ushort)columns };
        Check(Ioctl(master, SetWindowSize, size), "ioctl(TIOCSWINSZ)");
    }

    private static int Check(int result, string call) => result >= 0
        ? result
        : throw new InvalidOperationException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCore(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int PosixOpenPt(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int GrantPt(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int UnlockPt(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int PtsNameR(int descriptor, [Out] byte[] name, nuint length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeFileHandle descriptor, nuint request, in WindowSize size);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }
}
