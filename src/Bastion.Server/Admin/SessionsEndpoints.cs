using System.Globalization;
using Bastion.Server.Configuration;
using Bastion.Server.Sessions;
using Bastion.Server.Storage;

namespace Bastion.Server.Admin;

internal static class SessionsEndpoints
{
    // The newest; a listing is for people.
    private const int MaxListed = 1000;

    private const int MaxReason = 256;

    internal static void MapSessions(this RouteGroupBuilder api)
    {
        api.MapGet("/sessions", List);
        api.MapGet("/sessions/{id}", Show);
        api.MapDelete("/sessions/{id}", KillAsync);
    }

    // The live index knows how many bytes a live session has moved; the database only when it has ended.
    private static Listing<SessionView> List(
        string? user, string? target, SessionRegistry registry, SessionStore store, bool live = true)
    {
        IEnumerable<SessionView> sessions = live
            ? registry.Sessions
                .Where(session => (user is null || session.Identity.User.Name == user) && (target is null || session.Target.Name == target))
                .OrderBy(session => session.Started)
                .Select(SessionView.Of)
            : store.List(user, target, MaxListed)
                .Select(record => registry.Find(record.Id) is { } session ? SessionView.Of(session) : SessionView.Of(record));
        return new Listing<SessionView>([.. sessions]);
    }

    private static IResult Show(string id, SessionRegistry registry, SessionStore store) =>
        registry.Find(id) is { } session ? TypedResults.Ok(SessionView.Of(session))
        : store.Find(id) is { } record ? TypedResults.Ok(SessionView.Of(record))
        : AdminProblem.NotFound($"There is no session '{ConfigText.Show(id)}'. List them with: bastion session list --all");

    private static async Task<IResult> KillAsync(
        HttpContext context, string id, string? reason, LiveSessions live, SessionRegistry registry, SessionStore store)
    {
        context.Names(id);
        if (reason is not null)
        {
            context.Explains(ConfigText.Show(reason[..Math.Min(reason.Length, MaxReason)]));
        }

        return await live.KillAsync(id)
            ? Show(id, registry, store)
            : AdminProblem.NotFound($"There is no live session '{ConfigText.Show(id)}'. List them with: bastion session list");
    }

    private sealed record SessionView(
        string Id, string User, string Target, string Login, string Kind, string ClientAddress, DateTimeOffset Started, DateTimeOffset? Ended,
        string? EndReason, uint? ExitStatus, long BytesIn, long BytesOut, string AccessRule, string Fingerprint, string? Serial, string Revision,
        string ConnectionId)
    {
        internal static SessionView Of(Session session) => new(
            session.Id, session.Identity.User.Name, session.Target.Name, session.Login, SessionJournal.Word(session.Request.Kind),
            session.Identity.Source.ToString(), session.Started, null, null, null, session.BytesIn, session.BytesOut, session.AccessRule ?? "",
            session.Identity.Credential.Fingerprint, Text(session.Identity.Credential.Serial), session.Revision, session.ConnectionId);

        internal static SessionView Of(SessionRecord record) => new(
            record.Id, record.UserName, record.Target, record.Login, record.Kind, record.ClientAddress, record.Started, record.Ended,
            record.EndReason, record.ExitStatus, record.BytesIn, record.BytesOut, record.AccessRule, record.Fingerprint, Text(record.Serial),
            record.Revision, record.ConnectionId);

        private static string? Text(ulong? serial) => serial?.ToString(CultureInfo.InvariantCulture);
    }
}
