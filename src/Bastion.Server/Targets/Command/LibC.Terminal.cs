using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bastion.Server.Targets.Command;

internal static unsafe partial class LibC
{
    internal const nuint IoctlSendBreak = 0x5409; // TCSBRK
    internal const nuint IoctlSetWindowSize = 0x5414; // TIOCSWINSZ
    internal const nuint IoctlOpenPeer = 0x5441; // TIOCGPTPEER, Linux 4.13
    internal const nuint IoctlSendSignal = 0x40045436; // TIOCSIG, to the foreground process group

    [LibraryImport(Library, EntryPoint = "posix_openpt", SetLastError = true)]
    internal static partial int OpenTerminalMaster(int flags);

    [LibraryImport(Library, EntryPoint = "unlockpt", SetLastError = true)]
    internal static partial int UnlockTerminal(SafeFileHandle master);

    [LibraryImport(Library, EntryPoint = "ptsname_r")]
    internal static partial int TerminalName(SafeFileHandle master, byte* buffer, nuint size);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoControl(SafeFileHandle descriptor, nuint request, nint argument);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoControl(int descriptor, nuint request, nint argument);

    [LibraryImport(Library, EntryPoint = "fchown", SetLastError = true)]
    internal static partial int ChangeOwner(SafeFileHandle descriptor, uint userId, uint groupId);

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int ChangeMode(SafeFileHandle descriptor, uint mode);

    [LibraryImport(Library, EntryPoint = "tcgetattr", SetLastError = true)]
    internal static partial int GetTerminalAttributes(SafeFileHandle terminal, Termios* attributes);

    [LibraryImport(Library, EntryPoint = "tcsetattr", SetLastError = true)]
    internal static partial int SetTerminalAttributes(SafeFileHandle terminal, int when, Termios* attributes);

    [StructLayout(LayoutKind.Sequential)]
    internal struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }

    // struct termios of glibc
    [StructLayout(LayoutKind.Sequential)]
    internal struct Termios
    {
        public uint InputFlags;
        public uint OutputFlags;
        public uint ControlFlags;
        public uint LocalFlags;
        public byte LineDiscipline;
        public fixed byte ControlCharacters[32];
        public uint InputSpeed;
        public uint OutputSpeed;
    }
}
