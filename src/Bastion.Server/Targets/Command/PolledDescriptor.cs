using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bastion.Server.Targets.Command;

// A non-blocking terminal, pipe or pidfd: try, and when it would block, wait for the poller. One reader and one writer at a time.
internal sealed unsafe class PolledDescriptor : IDisposable
{
    internal const int WouldBlock = -1;

    private readonly SafeFileHandle _descriptor;
    private readonly DescriptorPoller _poller;
    private readonly ulong _id;
    private readonly ReadinessSignal _readable = new();
    private readonly ReadinessSignal _writable = new();
    private int _disposed;

    internal PolledDescriptor(SafeFileHandle descriptor, DescriptorPoller poller, ulong id)
    {
        _descriptor = descriptor;
        _poller = poller;
        _id = id;
    }

    // Bytes read, 0 at the end, WouldBlock. A terminal whose last user has gone answers EIO: the end as well.
    internal int TryRead(Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            while (TryEnter(out int number))
            {
                nint count = LibC.Read(number, pointer, (nuint)buffer.Length);
                int error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
                Leave();
                if (count >= 0)
                {
                    return (int)count;
                }

                switch (error)
                {
                    case LibC.EINTR:
                        continue;
                    case LibC.EAGAIN:
                        return WouldBlock;
                    case LibC.EIO:
                        return 0;
                    default:
                        LibC.ThrowError(error, "read");
                        break;
                }
            }

            return 0;
        }
    }

    // Bytes taken, WouldBlock, or 0 when the other side no longer reads (buffer must not be empty).
    internal int TryWrite(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            while (TryEnter(out int number))
            {
                nint count = LibC.Write(number, pointer, (nuint)buffer.Length);
                int error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
                Leave();
                if (count >= 0)
                {
                    return (int)count;
                }

                switch (error)
                {
                    case LibC.EINTR:
                        continue;
                    case LibC.EAGAIN:
                        return WouldBlock;
                    case LibC.EPIPE or LibC.EIO:
                        return 0;
                    default:
                        LibC.ThrowError(error, "write");
                        break;
                }
            }

            return 0;
        }
    }

    // False when the descriptor does not know the request, or was disposed.
    internal bool TryControl(nuint request, nint argument)
    {
        if (!TryEnter(out int number))
        {
            return false;
        }

        int result = LibC.IoControl(number, request, argument);
        Leave();
        return result == 0;
    }

    // False when the descriptor was disposed.
    internal ValueTask<bool> WaitReadableAsync() => _readable.WaitAsync();

    internal ValueTask<bool> WaitWritableAsync() => _writable.WaitAsync();

    // Lets the reader look again, although nothing came.
    internal void WakeReader() => _readable.Set();

    internal void OnEvents(uint events)
    {
        const uint Ended = LibC.EpollError | LibC.EpollHangUp;
        if ((events & (LibC.EpollIn | Ended)) != 0)
        {
            _readable.Set();
        }

        if ((events & (LibC.EpollOut | Ended)) != 0)
        {
            _writable.Set();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _poller.Remove(_id);
            _descriptor.Dispose();
            _readable.Close();
            _writable.Close();
        }
    }

    // A dispose from another thread must end the use quietly, not as an ObjectDisposedException in a read loop. While the reference
    // is held the number cannot come to mean another file.
    private bool TryEnter(out int number)
    {
        number = -1;
        bool entered = false;
        try
        {
            _descriptor.DangerousAddRef(ref entered);
            number = (int)_descriptor.DangerousGetHandle();
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        return entered;
    }

    private void Leave() => _descriptor.DangerousRelease();
}
