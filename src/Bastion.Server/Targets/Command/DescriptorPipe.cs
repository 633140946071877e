using Microsoft.Win32.SafeHandles;

namespace Bastion.Server.Targets.Command;

// A pipe between us and a child. A pipe and not a socket pair, as sshd has it: programs can open /dev/stdout and /dev/stderr again.
internal sealed unsafe class DescriptorPipe : IDisposable
{
    private SafeFileHandle? _readEnd;
    private SafeFileHandle? _writeEnd;

    private DescriptorPipe(SafeFileHandle readEnd, SafeFileHandle writeEnd)
    {
        _readEnd = readEnd;
        _writeEnd = writeEnd;
    }

    // Valid until the pipe is disposed, for the list of things that the child does before it runs.
    internal int ReadEnd => (int)_readEnd!.DangerousGetHandle();

    internal int WriteEnd => (int)_writeEnd!.DangerousGetHandle();

    internal static DescriptorPipe Create()
    {
        int* ends = stackalloc int[2];
        LibC.ThrowIfFailed(LibC.Pipe(ends, LibC.OpenCloseOnExec), "pipe2");
        return new DescriptorPipe(new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    internal SafeFileHandle TakeReadEnd() => Take(ref _readEnd);

    internal SafeFileHandle TakeWriteEnd() => Take(ref _writeEnd);

    public void Dispose()
    {
        _readEnd?.Dispose();
        _writeEnd?.Dispose();
    }

    // Only our end is non-blocking; the child's is another open file and stays as programs expect it.
    private static SafeFileHandle Take(ref SafeFileHandle? end)
    {
        SafeFileHandle taken = Interlocked.Exchange(ref end, null) ?? throw new InvalidOperationException("Taken before.");
        LibC.ThrowIfFailed(LibC.FileControl(taken, LibC.SetStatusFlags, LibC.OpenNonBlocking), "fcntl");
        return taken;
    }
}
