using Bastion.Server.Sessions;
using Bastion.Server.Targets.Command;

namespace Bastion.Server.Targets;

// Brings a session to its target, whatever kind that is.
internal sealed class TargetConnector(SshTargetConnector machines, CommandTargetStarter programs)
{
    internal ValueTask<ConnectResult> ConnectAsync(Session session, ITargetOutput output, CancellationToken cancellationToken) => session.Target switch
    {
        SshTargetModel machine => machines.ConnectAsync(machine, session, output, cancellationToken),
        CommandTargetModel program => ValueTask.FromResult(programs.Start(program, session.Request, output)),
        _ => throw new InvalidOperationException("There is no other kind of target."),
    };
}
