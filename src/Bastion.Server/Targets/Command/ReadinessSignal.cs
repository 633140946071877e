using System.Threading.Tasks.Sources;

namespace Bastion.Server.Targets.Command;

// An auto-resetting event with one waiter, without an allocation per wait. A signal that comes before the wait is kept.
// Waiters go on the thread pool, never on the thread that signals.
internal sealed class ReadinessSignal : IValueTaskSource<bool>
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private bool _signalled;
    private bool _waiting;
    private bool _closed;

    // True when signalled, false when closed.
    public ValueTask<bool> WaitAsync()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return ValueTask.FromResult(false);
            }

            if (_signalled)
            {
                _signalled = false;
                return ValueTask.FromResult(true);
            }

            if (_waiting)
            {
                throw new InvalidOperationException("There is one waiter at a time.");
            }

            _waiting = true;
            _source.Reset();
            return new ValueTask<bool>(this, _source.Version);
        }
    }

    public void Set()
    {
        lock (_lock)
        {
            if (_waiting)
            {
                _waiting = false;
                _source.SetResult(true);
            }
            else
            {
                _signalled = true;
            }
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            if (_waiting)
            {
                _waiting = false;
                _source.SetResult(false);
            }
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
