using Bastion.Ssh;

namespace Bastion.Server.Sessions;

internal sealed partial class ClientConnection
{
    internal const string StoppingText = "the bastion stops; connect again in a moment.";

    // How long the outer connection of a -J channel stays up so that the inner one can say why it ends.
    private static readonly TimeSpan InnerGrace = TimeSpan.FromMilliseconds(500);

    private readonly Lock _endLock = new();
    private readonly TaskCompletionSource _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _drain;
    private bool _draining;

    // None while the connection may open channels. Set before its sessions are ended, so that none slips in between.
    internal SessionEndReason EndReason { get; private set; }

    internal string EndText { get; private set; } = "";

    // Ends every session with the text and then the connection; at once, from any thread. The first reason stands.
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

        foreach (Session session in OwnSessions)
        {
            session.Pipeline?.End(reason, text);
        }

        List<ClientConnection> inner = [.. InnerConnections];
        inner.ForEach(connection => connection.End(reason, text));
        if (inner.Count == 0)
        {
            _ssh?.Disconnect(DisconnectReason.ByApplication, text);
            return;
        }

        Track(DisconnectAfterAsync(inner, text));
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

    private async Task DisconnectAfterAsync(List<ClientConnection> inner, string text)
    {
        try
        {
            await Task.WhenAll(inner.Select(connection => connection._disconnected.Task)).WaitAsync(InnerGrace, _parts.Time);
        }
        catch (TimeoutException)
        {
            // It was about a text only: the sessions have ended.
        }

        _ssh?.Disconnect(DisconnectReason.ByApplication, text);
    }
}
