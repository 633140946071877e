using System.Net;

namespace Bastion.Server.Listener;

// Writes down refused connections, the first at once and then at most one line for each interval: a flood of connections must not
// become a flood of lines. Thread-safe.
internal sealed class RefusalLog(TimeProvider time, ILogger<RefusalLog> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private int _count;
    private long? _lastLine;

    internal void Add(IPAddress source)
    {
        int count;
        lock (_lock)
        {
            _count++;
            if (_lastLine is { } last && time.GetElapsedTime(last) < Interval)
            {
                return;
            }

            count = _count;
            _count = 0;
            _lastLine = time.GetTimestamp();
        }

        logger.ConnectionsRefused(count, source);
    }
}
