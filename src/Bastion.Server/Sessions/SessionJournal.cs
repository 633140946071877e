using System.Text;
using Bastion.Server.Access;
using Bastion.Server.Audit;
using Bastion.Server.Configuration;
using Bastion.Server.Storage;
using Bastion.Server.Targets;

namespace Bastion.Server.Sessions;

// What is kept of a session besides its recording: its beginning and end in the audit log, and its line in the list of sessions.
internal sealed class SessionJournal(AuditLog audit, SessionStore store, ConfigStore config, TimeProvider time, ILogger<SessionJournal> logger)
{
    // Commands longer than this are cut in the audit record, with a marker, so that nobody takes the part for the whole.
    private const int MaxCommand = 8192;

    // Cancelled when the audit log breaks; take it once for each session.
    internal CancellationToken Broken => audit.Broken;

    // False: the beginning is not on the disk, so the session must not run.
    internal async Task<bool> StartedAsync(Session session)
    {
        SignedInUser identity = session.Identity;
        bool written = await audit.WriteAsync(new SessionStarted(
            session.Id, session.ConnectionId, identity.Source.ToString(), identity.User.Name, identity.User.Id, session.Target.Name, session.Login,
            Word(session.Request.Kind), session.AccessRule ?? "", session.Revision, identity.Credential.Fingerprint, identity.Credential.Serial)
        {
            Command = session.Request.Subsystem ?? CommandText(session.Request),
        });
        if (!written)
        {
            return false;
        }

        store.Start(new SessionRecord
        {
            Id = session.Id,
            ConnectionId = session.ConnectionId,
            UserId = identity.User.Id,
            UserName = identity.User.Name,
            Target = session.Target.Name,
            Login = session.Login,
            Kind = Word(session.Request.Kind),
            ClientAddress = identity.Source.ToString(),
            Fingerprint = identity.Credential.Fingerprint,
            Serial = identity.Credential.Serial,
            AccessRule = session.AccessRule ?? "",
            Revision = session.Revision,
            Node = config.Current.Node,
            Started = session.Started,
        });
        return true;
    }

    internal void Ended(Session session)
    {
        DateTimeOffset now = time.GetUtcNow();
        audit.Write(new SessionEnded(
            session.Id, session.Identity.User.Name, session.Target.Name, session.EndReason.ToString(), (now - session.Started).TotalSeconds,
            session.BytesIn, session.BytesOut)
        {
            ExitStatus = session.Exit?.Status,
            ExitSignal = session.Exit?.Signal,
        });
        try
        {
            store.End(session.Id, now, session.EndReason.ToString(), session.Exit?.Status, session.BytesIn, session.BytesOut);
        }
        catch (Exception e)
        {
            // The audit log has it; the list shows the session as lost after the next start.
            logger.SessionNotStored(e, session.Id);
        }
    }

    internal void Denied(Session session, string reason, string revision) => audit.Write(new AccessDenied(
        session.ConnectionId, session.Identity.Source.ToString(), session.Identity.User.Name, session.Target.Name, session.Login,
        Word(session.Request.Kind), reason, revision));

    internal static string Word(ChannelKind kind) => kind.ToString().ToLowerInvariant();

    private static string? CommandText(TargetRequest request)
    {
        if (request.Kind != ChannelKind.Exec)
        {
            return null;
        }

        ReadOnlySpan<byte> command = request.Command.Span;
        return command.Length <= MaxCommand
            ? Encoding.UTF8.GetString(command)
            : $"{Encoding.UTF8.GetString(command[..MaxCommand])} [… {command.Length - MaxCommand} bytes more]";
    }
}
