using Bastion.Server.Configuration;

namespace Bastion.Server.Targets.Command;

// Looks at the command targets when the bastion starts and at each new configuration, so that whoever wrote it learns of a refused or unsafe target
// before its first user does.
internal sealed class CommandTargetCheck(ConfigStore config, ILogger<CommandTargetCheck> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        config.Replaced += Check;
        Check(config.Current);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        config.Replaced -= Check;
        return Task.CompletedTask;
    }

    private void Check(ConfigModel current)
    {
        foreach (CommandTargetModel target in current.Targets.Values.OfType<CommandTargetModel>())
        {
            (Account? account, string? refusal) = RunAs.Decide(target, LibC.EffectiveUserId());
            if (refusal is not null)
            {
                logger.CommandTargetRefused(refusal);
            }
            else if (account is null)
            {
                logger.UnsafeSameUser(target.Name);
            }
        }
    }
}
