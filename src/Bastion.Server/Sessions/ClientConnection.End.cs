using Bastion.Ssh;

namespace Bastion.Server.Sessions;

internal sealed partial class ClientConnection
{
    internal const string StoppingText = "the bastion stops; connect again in a moment.";

    // How long a connection whose sessions were ended stays up. A client that has none left leaves by itself, after it has shown the last
    // line of each; one that is disconnected at once throws away what it has not shown yet. Those of an inner connection need the outer one.
    private static readonly TimeSpan LeaveGrace = TimeSpan.FromMilliseconds(500);

    private readonly Lock _endLock = new();
    private readonly TaskCompletionSource _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _drain;
    private bool _draining;

    // None while the connection may open channels. Set before its sessions are ended, so that none slips in between.
    internal SessionEndReason EndReason { get; private set; }

    internal string EndText { get; private set; } = "";

    // Ends every session with the text, at once, and then the connection. From any thread; the first reason stands.
    internal void End(SessionEndReason reason, string text)
    {
        lock (_endLock)
        {
            if (EndReason != SessionEndReason.None)
            {
                return;
            }

            EndText = text;
            EndReason = reason;
        }

        List<Session> sessions = [.. OwnSessions];
        sessions.ForEach(session => session.Pipeline?.End(reason, text));
        List<ClientConnection> inner = [.. InnerConnections];
        inner.ForEach(connection => connection.End(reason, text));
        if (sessions.Count + inner.Count == 0)
        {
            _ssh?.Disconnect(DisconnectReason.ByApplication, text);
            return;
        }

        Track(DisconnectLaterAsync(text));
    }

    // The bastion stops: nothing new, and what runs may go on for that long. A connection that carries nothing (any more) ends at once.
    internal void Drain(TimeSpan grace)
    {
        lock (_childrenLock)
        {
            _draining = true;
        }

        if (grace <= TimeSpan.Zero || !HasChildren)
        {
            End(SessionEndReason.ServerStopping, StoppingText);
            return;
        }

        foreach (Session session in OwnSessions.Where(session => session.Request.Terminal is not null))
        {
            session.Pipeline?.Notify($"the bastion stops; this session ends in {grace.TotalSeconds:0} s.");
        }

        foreach (ClientConnection inner in InnerConnections)
        {
            inner.Drain(grace);
        }

        _drain = _parts.Time.CreateTimer(_ => End(SessionEndReason.ServerStopping, StoppingText), null, grace, Timeout.InfiniteTimeSpan);
    }

    private IEnumerable<Session> OwnSessions => _parts.Registry.Sessions.Where(session => session.ConnectionId == Id);

    private IEnumerable<ClientConnection> InnerConnections => _parts.Registry.Connections.Where(connection => connection._outer == this);

    private async Task DisconnectLaterAsync(string text)
    {
        try
        {
            await _disconnected.Task.WaitAsync(LeaveGrace, _parts.Time);
        }
        catch (TimeoutException)
        {
            _ssh?.Disconnect(DisconnectReason.ByApplication, text);
        }
    }
}
