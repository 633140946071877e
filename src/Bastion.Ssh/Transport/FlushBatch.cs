namespace Bastion.Ssh.Transport;

// While a read loop works through one buffer, the senders it writes to (its own and those of other connections) are remembered
// here and flushed once at the end: many packets, one write to the socket. Outside a batch a sender flushes at once.
internal static class FlushBatch
{
    [ThreadStatic]
    private static List<PacketSender>? _dirty;

    [ThreadStatic]
    private static bool _active;

    public static void Begin()
    {
        _dirty ??= [];
        _active = true;
    }

    // True if the sender will be flushed at the end of the batch that runs on this thread.
    public static bool TryDefer(PacketSender sender)
    {
        if (!_active)
        {
            return false;
        }

        if (!_dirty!.Contains(sender))
        {
            _dirty.Add(sender);
        }

        return true;
    }

    public static void End()
    {
        _active = false;
        List<PacketSender> dirty = _dirty!;
        for (int i = 0; i < dirty.Count; i++)
        {
            dirty[i].FlushNow();
        }

        dirty.Clear();
    }
}
