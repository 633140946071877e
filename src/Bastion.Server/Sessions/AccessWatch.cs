using Bastion.Server.Configuration;
using Bastion.Server.Targets;

namespace Bastion.Server.Sessions;

// Access is live: when the configuration changes, sessions that it no longer allows end.
internal sealed class AccessWatch(ConfigStore config, SessionRegistry registry) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        config.Replaced += EndWithdrawn;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        config.Replaced -= EndWithdrawn;
        return Task.CompletedTask;
    }

    private void EndWithdrawn(ConfigModel current)
    {
        foreach (Session session in registry.Sessions)
        {
            if (!current.Targets.TryGetValue(session.Target.Name, out TargetModel? target)
                || !current.Access.Check(session.Identity.User, target, session.Login, session.Request.Kind).Allowed)
            {
                session.Pipeline?.End(SessionEndReason.AccessWithdrawn, "your access to this target was withdrawn.");
            }
        }
    }
}
