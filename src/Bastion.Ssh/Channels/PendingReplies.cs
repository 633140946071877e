namespace Bastion.Ssh.Channels;

// Requests of the peer whose answers are outstanding. RFC 4254 §5.4 and §4 demand answers in the order of the requests, whatever
// order the application finds them in. Guarded by the connection's send lock.
internal sealed class PendingReplies
{
    private readonly Queue<Entry> _entries = new();
    private int _bytes;

    public void Add(SshChannelRequest request, SshLimits limits)
    {
        _bytes += request.Length;
        if (_entries.Count >= limits.MaxPendingRequests || _bytes > limits.MaxPendingRequestBytes)
        {
            SshProtocolException.Throw("Too many channel requests wait for an answer.");
        }

        _entries.Enqueue(new Entry(request));
    }

    public void Complete(SshChannelRequest request, bool success)
    {
        foreach (Entry entry in _entries)
        {
            if (ReferenceEquals(entry.Request, request))
            {
                entry.Answer = success;
                return;
            }
        }
    }

    // The oldest request's answer, if it is there.
    public bool TryTake(out bool success)
    {
        success = false;
        if (!_entries.TryPeek(out Entry? entry) || entry.Answer is not { } answer)
        {
            return false;
        }

        _entries.Dequeue();
        _bytes -= entry.Request.Length;
        success = answer;
        return true;
    }

    private sealed class Entry(SshChannelRequest request)
    {
        public SshChannelRequest Request { get; } = request;

        public bool? Answer { get; set; }
    }
}
