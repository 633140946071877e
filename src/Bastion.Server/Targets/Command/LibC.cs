using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bastion.Server.Targets.Command;

// The system calls that .NET has no API for. Linux only, x64 and arm64: the numbers are those of the generic ABI.
// Partials by subject: descriptors and polling here, LibC.Spawn.cs, LibC.Terminal.cs, LibC.Process.cs.
internal static unsafe partial class LibC
{
    internal const int ENOENT = 2;
    internal const int EINTR = 4;
    internal const int EIO = 5;
    internal const int EAGAIN = 11;
    internal const int EPIPE = 32;
    internal const int ERANGE = 34;
    internal const int ECONNRESET = 104;

    internal const int OpenReadWrite = 0x2;
    internal const int OpenNoControllingTerminal = 0x100;
    internal const int OpenNonBlocking = 0x800;
    internal const int OpenCloseOnExec = 0x80000;

    internal const int SetStatusFlags = 4; // F_SETFL

    internal const int EpollCloseOnExec = 0x80000;
    internal const int EpollAdd = 1;
    internal const int EpollDelete = 2;
    internal const uint EpollIn = 0x1;
    internal const uint EpollOut = 0x4;
    internal const uint EpollError = 0x8;
    internal const uint EpollHangUp = 0x10;
    internal const uint EpollEdgeTriggered = 1u << 31;

    private const string Library = "libc";

    // struct epoll_event, which the kernel packs on x64 and nowhere else.
    internal static readonly int EpollEventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    // On failure throws with the name of the call and the system's text: both are ours, not a peer's.
    internal static void ThrowIfFailed(int result, string call)
    {
        if (result < 0)
        {
            ThrowLastError(call);
        }
    }

    internal static void ThrowLastError(string call) => ThrowError(Marshal.GetLastPInvokeError(), call);

    internal static void ThrowError(int error, string call) => throw new Win32Exception(error, $"{call}: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe(int* ends, int flags);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FileControl(SafeFileHandle descriptor, int command, int argument);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(SafeFileHandle epoll, int operation, SafeFileHandle descriptor, byte* interest);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(SafeFileHandle epoll, byte* events, int maxEvents, int timeoutMilliseconds);
}
