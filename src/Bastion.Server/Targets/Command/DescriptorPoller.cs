using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bastion.Server.Targets.Command;

// One thread that waits for all terminals, pipes and exits of command targets: .NET has asynchronous I/O for sockets only, and a
// blocked thread per session would bound the sessions by the thread pool. The thread only wakes waiters; the work is theirs.
internal sealed unsafe class DescriptorPoller : IDisposable
{
    private const int EventsPerWait = 128;

    private readonly ConcurrentDictionary<ulong, PolledDescriptor> _descriptors = new();
    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _stop;
    private readonly Thread _thread;
    private ulong _lastId;

    public DescriptorPoller()
    {
        int epoll = LibC.EpollCreate(LibC.EpollCloseOnExec);
        LibC.ThrowIfFailed(epoll, "epoll_create1");
        _epoll = new SafeFileHandle(epoll, ownsHandle: true);
        int stop = LibC.EventDescriptor(0, LibC.OpenCloseOnExec);
        LibC.ThrowIfFailed(stop, "eventfd");
        _stop = new SafeFileHandle(stop, ownsHandle: true);
        Watch(_stop, id: 0); // no descriptor ever has the id 0
        _thread = new Thread(Run) { IsBackground = true, Name = "descriptor-poller" };
        _thread.Start();
    }

    // Takes the descriptor over, as non-blocking. Ids are never reused, unlike descriptor numbers: a late event finds nobody.
    public PolledDescriptor Add(SafeFileHandle descriptor)
    {
        ulong id = Interlocked.Increment(ref _lastId);
        var polled = new PolledDescriptor(descriptor, this, id);
        _descriptors[id] = polled;
        try
        {
            Watch(descriptor, id);
        }
        catch
        {
            _descriptors.TryRemove(id, out _);
            throw;
        }

        return polled;
    }

    // Closing the descriptor, which follows, takes it out of the epoll set.
    internal void Remove(ulong id) => _descriptors.TryRemove(id, out _);

    public void Dispose()
    {
        ulong one = 1;
        _ = LibC.Write((int)_stop.DangerousGetHandle(), (byte*)&one, sizeof(ulong));
        _thread.Join();
        foreach (PolledDescriptor descriptor in _descriptors.Values)
        {
            descriptor.Dispose();
        }

        _epoll.Dispose();
        _stop.Dispose();
    }

    // Edge-triggered and registered once: whoever has seen "would block" is told of every change after it.
    private void Watch(SafeFileHandle descriptor, ulong id)
    {
        byte* interest = stackalloc byte[LibC.EpollEventSize];
        var bytes = new Span<byte>(interest, LibC.EpollEventSize);
        bytes.Clear();
        uint events = id == 0 ? LibC.EpollIn : LibC.EpollIn | LibC.EpollOut | LibC.EpollEdgeTriggered;
        MemoryMarshal.Write(bytes, events);
        MemoryMarshal.Write(bytes[^sizeof(ulong)..], id);
        LibC.ThrowIfFailed(LibC.EpollControl(_epoll, LibC.EpollAdd, descriptor, interest), "epoll_ctl");
    }

    private void Run()
    {
        int size = LibC.EpollEventSize;
        byte* events = stackalloc byte[EventsPerWait * size];
        while (true)
        {
            int count = LibC.EpollWait(_epoll, events, EventsPerWait, timeoutMilliseconds: -1);
            if (count < 0)
            {
                if (Marshal.GetLastPInvokeError() == LibC.EINTR)
                {
                    continue;
                }

                LibC.ThrowLastError("epoll_wait");
            }

            for (int i = 0; i < count; i++)
            {
                var one = new ReadOnlySpan<byte>(events + (i * size), size);
                ulong id = MemoryMarshal.Read<ulong>(one[^sizeof(ulong)..]);
                if (id == 0)
                {
                    return;
                }

                if (_descriptors.TryGetValue(id, out PolledDescriptor? descriptor))
                {
                    descriptor.OnEvents(MemoryMarshal.Read<uint>(one));
                }
            }
        }
    }
}
