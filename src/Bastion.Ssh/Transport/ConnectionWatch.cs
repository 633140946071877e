using Bastion.Ssh.Channels;

namespace Bastion.Ssh.Transport;

// The clock of one connection: login grace, key exchange timeout, rekey by age, keepalive. One timer, set to the next of these.
internal sealed class ConnectionWatch : IDisposable
{
    // A check costs a thread-pool item; limits as small as a test's must not spin.
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(100);

    private readonly SshTransport _transport;
    private readonly SshLimits _limits;
    private readonly TimeProvider _time;
    private readonly Func<ChannelMux?> _mux;
    private readonly long _started;
    private readonly ITimer _timer;
    private int _unanswered;
    private long _lastSeen;

    public ConnectionWatch(SshTransport transport, SshLimits limits, TimeProvider time, Func<ChannelMux?> mux)
    {
        _transport = transport;
        _limits = limits;
        _time = time;
        _mux = mux;
        _started = time.GetTimestamp();
        _timer = time.CreateTimer(_ => CheckSafely(), null, NextCheck(), Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    // On the timer's thread nobody would catch it.
    private void CheckSafely()
    {
        try
        {
            Check();
        }
        catch (Exception e)
        {
            _transport.Fail(e);
        }
    }

    private void Check()
    {
        if (_transport.End is not null)
        {
            return;
        }

        if (_mux() is { } mux)
        {
            CheckOpen(mux);
        }
        else if (_time.GetElapsedTime(_started) >= _limits.LoginGrace)
        {
            End(ConnectionEndReason.LoginGraceExceeded, "Nobody signed in in time.");
            return;
        }

        _timer.Change(NextCheck(), Timeout.InfiniteTimeSpan);
    }

    private void CheckOpen(ChannelMux mux)
    {
        if (_transport.IsExchangingKeys)
        {
            if (_time.GetElapsedTime(_transport.KexStarted) >= _limits.KeyExchangeTimeout)
            {
                End(ConnectionEndReason.KeyExchangeTimeout, "A key exchange was not finished in time.");
                return;
            }
        }
        else if (_time.GetElapsedTime(_transport.KeysSince) >= _limits.RekeyInterval)
        {
            _transport.StartRekey();
        }

        CheckAlive(mux);
    }

    private void CheckAlive(ChannelMux mux)
    {
        long received = _transport.LastReceived;
        if (received != _lastSeen)
        {
            _lastSeen = received;
            _unanswered = 0;
        }

        if (_limits.KeepAliveInterval <= TimeSpan.Zero || _time.GetElapsedTime(received) < _limits.KeepAliveInterval * (_unanswered + 1))
        {
            return;
        }

        if (_unanswered >= _limits.KeepAliveCountMax)
        {
            End(ConnectionEndReason.KeepAliveTimeout, "The peer gave no sign of life.");
            return;
        }

        _unanswered++;
        mux.SendKeepAlive();
    }

    // Twice in the shortest of the intervals that hold after sign-in, and no later than the end of the grace time before it.
    private TimeSpan NextCheck()
    {
        TimeSpan next = Min(_limits.KeyExchangeTimeout, _limits.RekeyInterval);
        if (_limits.KeepAliveInterval > TimeSpan.Zero)
        {
            next = Min(next, _limits.KeepAliveInterval);
        }

        next /= 2;
        if (_mux() is null)
        {
            next = Min(next, _limits.LoginGrace - _time.GetElapsedTime(_started));
        }

        return next < MinInterval ? MinInterval : next;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private void End(ConnectionEndReason reason, string message) =>
        _transport.Stop(new SshConnectionEnd(reason, message), DisconnectReason.ByApplication);
}
