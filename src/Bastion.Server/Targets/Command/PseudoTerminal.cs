using Bastion.Ssh;
using Microsoft.Win32.SafeHandles;

namespace Bastion.Server.Targets.Command;

// The master of a pseudo-terminal, with the slave held open until the child has it: a master whose last slave closes reports the end.
internal sealed unsafe class PseudoTerminal : IDisposable
{
    private const int NameSize = 64; // "/dev/pts/" and a number
    private const uint OwnerOnly = 0x180; // 0600: other accounts must not write to a recorded terminal (mesg n)
    private const int Now = 0; // TCSANOW

    private readonly SafeFileHandle _slave;
    private SafeFileHandle? _master;

    private PseudoTerminal(SafeFileHandle master, SafeFileHandle slave, byte[] path)
    {
        _master = master;
        _slave = slave;
        Path = path;
    }

    // NUL-terminated, for the child that opens the slave as its controlling terminal.
    internal byte[] Path { get; }

    internal static PseudoTerminal Open(TerminalSettings settings, Account? owner)
    {
        int descriptor = LibC.OpenTerminalMaster(LibC.OpenReadWrite | LibC.OpenNoControllingTerminal | LibC.OpenCloseOnExec);
        LibC.ThrowIfFailed(descriptor, "posix_openpt");
        var master = new SafeFileHandle(descriptor, ownsHandle: true);
        SafeFileHandle? slave = null;
        try
        {
            LibC.ThrowIfFailed(LibC.UnlockTerminal(master), "unlockpt");
            slave = OpenSlave(master);
            if (owner is not null)
            {
                LibC.ThrowIfFailed(LibC.ChangeOwner(slave, owner.UserId, owner.GroupId), "fchown");
            }

            LibC.ThrowIfFailed(LibC.ChangeMode(slave, OwnerOnly), "fchmod");
            LibC.WindowSize size = ToNative(settings.Size);
            LibC.ThrowIfFailed(LibC.IoControl(master, LibC.IoctlSetWindowSize, (nint)(&size)), "TIOCSWINSZ");
            ApplyModes(master, settings.Modes.Span);
            LibC.ThrowIfFailed(LibC.FileControl(master, LibC.SetStatusFlags, LibC.OpenNonBlocking), "fcntl");
            return new PseudoTerminal(master, slave, Name(master));
        }
        catch
        {
            slave?.Dispose();
            master.Dispose();
            throw;
        }
    }

    // Hands the master over to the caller.
    internal SafeFileHandle TakeMaster() => Interlocked.Exchange(ref _master, null) ?? throw new InvalidOperationException("Taken before.");

    // Both ends; the master only when nobody has taken it over.
    public void Dispose()
    {
        _slave.Dispose();
        _master?.Dispose();
    }

    // By the master, not by a path: nobody can put another file in between.
    private static SafeFileHandle OpenSlave(SafeFileHandle master)
    {
        const nint Flags = LibC.OpenReadWrite | LibC.OpenNoControllingTerminal | LibC.OpenCloseOnExec;
        int slave = LibC.IoControl(master, LibC.IoctlOpenPeer, Flags);
        LibC.ThrowIfFailed(slave, "TIOCGPTPEER");
        return new SafeFileHandle(slave, ownsHandle: true);
    }

    // Sizes beyond what the kernel can hold are cut to it.
    internal static LibC.WindowSize ToNative(TerminalSize size) => new()
    {
        Columns = (ushort)Math.Min(size.Columns, ushort.MaxValue),
        Rows = (ushort)Math.Min(size.Rows, ushort.MaxValue),
        PixelWidth = (ushort)Math.Min(size.WidthPixels, ushort.MaxValue),
        PixelHeight = (ushort)Math.Min(size.HeightPixels, ushort.MaxValue),
    };

    private static byte[] Name(SafeFileHandle master)
    {
        byte[] name = new byte[NameSize];
        fixed (byte* pointer = name)
        {
            int error = LibC.TerminalName(master, pointer, NameSize);
            if (error != 0)
            {
                LibC.ThrowError(error, "ptsname_r");
            }
        }

        return name;
    }

    private static void ApplyModes(SafeFileHandle terminal, ReadOnlySpan<byte> modes)
    {
        LibC.Termios termios;
        LibC.ThrowIfFailed(LibC.GetTerminalAttributes(terminal, &termios), "tcgetattr");
        TerminalModes.Apply(modes, ref termios);
        LibC.ThrowIfFailed(LibC.SetTerminalAttributes(terminal, Now, &termios), "tcsetattr");
    }
}
