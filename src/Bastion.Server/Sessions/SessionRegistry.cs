using System.Collections.Concurrent;

namespace Bastion.Server.Sessions;

// The live index: every signed-in connection and every session, from before it may do anything until nothing of it is left. Revocation looks here
// for what to end, so the order is: enter first, then look whether one is still welcome. Thread-safe.
internal sealed class SessionRegistry
{
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ClientConnection, byte> _connections = new();

    internal IReadOnlyCollection<Session> Sessions => (IReadOnlyCollection<Session>)_sessions.Values;

    internal IReadOnlyCollection<ClientConnection> Connections => (IReadOnlyCollection<ClientConnection>)_connections.Keys;

    internal void Add(Session session) => _sessions[session.Id] = session;

    internal void Remove(Session session) => _sessions.TryRemove(session.Id, out _);

    internal void Add(ClientConnection connection) => _connections[connection] = 0;

    internal void Remove(ClientConnection connection) => _connections.TryRemove(connection, out _);

    internal Session? Find(string id) => _sessions.GetValueOrDefault(id);

    // False: there is no such session (any more). The text is shown to its user.
    internal bool Kill(string id, SessionEndReason reason, string text)
    {
        if (Find(id) is not { } session)
        {
            return false;
        }

        session.Pipeline?.End(reason, text);
        return true;
    }

    // Ends all that these users have here, connections too, and says which sessions those were; await Session.Ended of each to know
    // that it is over. The caller has made sure before that they cannot come back.
    internal IReadOnlyList<Session> End(Func<SignedInUser, bool> who, SessionEndReason reason, string text)
    {
        List<Session> ended = [.. _sessions.Values.Where(session => who(session.Identity))];
        foreach (Session session in ended)
        {
            session.Pipeline?.End(reason, text);
        }

        foreach (ClientConnection connection in _connections.Keys)
        {
            if (connection.Identity is { } identity && who(identity))
            {
                connection.End(reason, text);
            }
        }

        return ended;
    }
}
