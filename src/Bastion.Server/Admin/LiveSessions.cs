using Bastion.Server.Sessions;

namespace Bastion.Server.Admin;

// Ends what is live when an administrator took somebody's access away, and waits until it is over, so that the answer can be believed.
internal sealed class LiveSessions(SessionRegistry registry, TimeProvider time)
{
    // A session ends within milliseconds; one that hangs on its target is told to go and not waited for any longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Sessions and connections of whom it concerns. Answers how many sessions there were.
    internal async Task<int> EndAsync(Func<SignedInUser, bool> who, string text)
    {
        IReadOnlyList<Session> ended = registry.End(who, SessionEndReason.Revoked, text);
        await WaitAsync(Task.WhenAll(ended.Select(session => session.Ended)));
        return ended.Count;
    }

    // False: there is no such live session.
    internal async Task<bool> KillAsync(string id)
    {
        if (registry.Find(id) is not { } session || !registry.Kill(id, SessionEndReason.Killed, "an administrator ended the session."))
        {
            return false;
        }

        await WaitAsync(session.Ended);
        return true;
    }

    private async Task WaitAsync(Task ended)
    {
        try
        {
            await ended.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            // It has been told; its end will stand in the audit log.
        }
    }
}
