namespace Bastion.Ssh.Channels;

// Channels by our number: a dense array with reuse of freed numbers, so that memory follows the channels that are open at a time.
// Guarded by its own lock, because channels are opened from any thread.
internal sealed class ChannelTable
{
    private readonly Lock _lock = new();
    private readonly int _capacity;
    private SshChannel?[] _channels = new SshChannel?[4];
    private int _count;
    private bool _closed;

    public ChannelTable(int capacity) => _capacity = capacity;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    // Null when the limit is reached or the connection has ended.
    public SshChannel? Add(Func<uint, SshChannel> create)
    {
        lock (_lock)
        {
            if (_closed || _count >= _capacity)
            {
                return null;
            }

            int free = Array.IndexOf(_channels, null);
            if (free < 0)
            {
                free = _channels.Length;
                Array.Resize(ref _channels, Math.Min(_capacity, free * 2));
            }

            SshChannel channel = create((uint)free);
            _channels[free] = channel;
            _count++;
            return channel;
        }
    }

    public SshChannel? Find(uint id)
    {
        SshChannel?[] channels = Volatile.Read(ref _channels);
        return id < (uint)channels.Length ? channels[id] : null;
    }

    public void Remove(SshChannel channel)
    {
        lock (_lock)
        {
            if (channel.Id < (uint)_channels.Length && ReferenceEquals(_channels[channel.Id], channel))
            {
                _channels[channel.Id] = null;
                _count--;
            }
        }
    }

    public SshChannel[] CloseAll()
    {
        lock (_lock)
        {
            _closed = true;
            SshChannel[] open = [.. _channels.OfType<SshChannel>()];
            _channels = [];
            _count = 0;
            return open;
        }
    }
}
