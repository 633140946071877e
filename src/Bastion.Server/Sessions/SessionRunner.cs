using Bastion.Server.Access;
using Bastion.Server.Configuration;
using Bastion.Server.Identity;
using Bastion.Server.Targets;

namespace Bastion.Server.Sessions;

// Leads one session from the client's request to the last audit record. Every step that can say no does so with one line for the user.
internal sealed class SessionRunner(
    ConfigStore config,
    SessionRegistry registry,
    TargetConnector connector,
    SessionJournal journal,
    ILogger<SessionRunner> logger)
{
    internal const string AuditUnavailableText =
        "the audit log cannot be written at the moment, so no session may run. Please tell an administrator.";

    // Runs the session to its end; throws nothing.
    internal async Task RunAsync(Session session, SessionPipeline pipeline, ClientConnection connection)
    {
        session.Pipeline = pipeline;
        registry.Add(session);
        try
        {
            if (Admit(session, pipeline, connection))
            {
                await StartAndWaitAsync(session, pipeline);
            }
        }
        catch (OperationCanceledException) when (session.Ending.IsCancellationRequested)
        {
            // It was ended while its target was still being reached.
        }
        catch (Exception e)
        {
            // Fail closed: whatever it was, nothing more passes.
            logger.SessionFailed(e, session.Id);
            pipeline.End(SessionEndReason.InternalError, $"an internal error ended the session {session.Id}.");
        }

        if (session.AccessRule is not null)
        {
            journal.Ended(session);
            logger.SessionEnded(session.Id, session.Identity.User.Name, session.Target.Name, session.EndReason);
        }

        registry.Remove(session);
        session.SetEnded();
    }

    // The session stands in the registry by now: a revocation either finds it there, or happened before and is seen here.
    private bool Admit(Session session, SessionPipeline pipeline, ClientConnection connection)
    {
        if (connection.EndReason != SessionEndReason.None)
        {
            pipeline.End(connection.EndReason, connection.EndText);
            return false;
        }

        SignInOutcome again = connection.ResolveAgain();
        if (!again.Accepted)
        {
            string cause = $"your sign-in is no longer valid: {again.Reason}.";
            pipeline.End(SessionEndReason.Revoked, cause);
            connection.End(SessionEndReason.Revoked, cause);
            return false;
        }

        ConfigModel current = config.Current;
        AccessDecision decision = current.Access.Check(again.User, session.Target, session.Login, session.Request.Kind);
        if (decision.Allowed)
        {
            session.AccessRule = decision.Rule;
            return true;
        }

        string reason = decision.Reason ?? "No access rule allows this.";
        journal.Denied(session, reason, current.Revision);
        pipeline.End(SessionEndReason.AccessDenied, reason);
        return false;
    }

    private async Task StartAndWaitAsync(Session session, SessionPipeline pipeline)
    {
        // Nothing starts whose beginning is not on the disk, and nothing goes on whose end could not be written.
        CancellationToken broken = journal.Broken;
        using CancellationTokenRegistration onBroken =
            broken.Register(() => pipeline.End(SessionEndReason.AuditUnavailable, AuditUnavailableText));
        if (!await journal.StartedAsync(session) || broken.IsCancellationRequested)
        {
            pipeline.End(SessionEndReason.AuditUnavailable, AuditUnavailableText);
            return;
        }

        logger.SessionStarted(session.Id, session.Identity.User.Name, session.Target.Name, session.Login, session.Request.Kind);
        ConnectResult result = await connector.ConnectAsync(session, pipeline, session.Ending);
        if (result.Channel is null)
        {
            logger.TargetFailed(session.Id, session.Target.Name, result.Failure, result.Message);
            pipeline.End(EndReasonOf(result.Failure), result.Message);
            return;
        }

        pipeline.Attach(result.Channel);
        await result.Completion;
    }

    private static SessionEndReason EndReasonOf(ConnectFailure failure) => failure switch
    {
        ConnectFailure.TargetDown => SessionEndReason.TargetDown,
        ConnectFailure.HostKeyRefused => SessionEndReason.TargetHostKeyRefused,
        ConnectFailure.SignInRefused => SessionEndReason.TargetSignInRefused,
        ConnectFailure.TargetRefused => SessionEndReason.TargetRefused,
        ConnectFailure.RequestRefused => SessionEndReason.RequestRefused,
        _ => SessionEndReason.InternalError,
    };
}
