using Bastion.Server.Audit;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

internal sealed partial class ClientConnection
{
    private readonly Lock _childrenLock = new();
    private readonly HashSet<Task> _children = [];
    private int _sessionChannels;

    public void OnChannelOpen(SshChannelOpen open)
    {
        if (_draining || EndReason != SessionEndReason.None)
        {
            open.Refuse(ChannelOpenFailureReason.ResourceShortage, $"bastion: {(_draining ? StoppingText : EndText)}");
            return;
        }

        if (open.Type == "session")
        {
            OpenSession(open);
            return;
        }

        _parts.Jumps.Open(this, open);
    }

    internal void OnSessionChannelClosed() => Interlocked.Decrement(ref _sessionChannels);

    internal void AuditRefused(string type, string reason)
    {
        _parts.Audit.Write(new ChannelRefused(Id, Source.ToString(), Identity!.User.Name, type, reason));
        _parts.Logger.ChannelRefused(Id, type, reason);
    }

    // A session or an inner connection of this one; RunAsync waits for it.
    internal void Track(Task child)
    {
        lock (_childrenLock)
        {
            _children.Add(child);
        }

        child.ContinueWith(OnChildEnded, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private bool HasChildren
    {
        get
        {
            lock (_childrenLock)
            {
                return _children.Count > 0;
            }
        }
    }

    private void OnChildEnded(Task child)
    {
        bool last;
        lock (_childrenLock)
        {
            _children.Remove(child);
            last = _draining && _children.Count == 0;
        }

        if (last)
        {
            End(SessionEndReason.ServerStopping, StoppingText);
        }
    }

    private void OpenSession(SshChannelOpen open)
    {
        int limit = _parts.Config.Current.Limits.MaxSessionsPerConnection;
        if (Interlocked.Increment(ref _sessionChannels) > limit)
        {
            OnSessionChannelClosed();
            string reason = $"This connection has {limit} sessions open, the most that it may have (limits.max_sessions_per_connection).";
            AuditRefused(open.Type, reason);
            open.Refuse(ChannelOpenFailureReason.ResourceShortage, $"bastion: {reason}");
            return;
        }

        open.Accept(new SessionChannel(_parts.Sessions, this));
    }

    private async Task WaitForChildrenAsync()
    {
        Task[] children;
        lock (_childrenLock)
        {
            children = [.. _children];
        }

        await Task.WhenAll(children);
    }
}
