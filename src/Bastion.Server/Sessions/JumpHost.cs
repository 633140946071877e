using Bastion.Server.Access;
using Bastion.Server.Audit;
using Bastion.Server.Configuration;
using Bastion.Server.Targets;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

// direct-tcpip, as `ssh -J bastion login@target` opens it. The stream is not passed on: it ends here, in a second SSH connection under a host
// certificate for exactly that registered name, so that what happens inside is as visible as without -J. Anything else that direct-tcpip
// could do (reach a port that nobody inspects) is refused.
internal sealed class JumpHost(ConfigStore config, ServerOptionsSource options, AuditLog audit)
{
    private const int SshPort = 22;

    // Called on the outer connection's read loop.
    internal void Open(ClientConnection outer, SshChannelOpen open)
    {
        DirectTcpIp destination = open.DirectTcpIp!;
        ConfigModel current = config.Current;
        if (outer.IsInner)
        {
            Refuse(outer, open, "a -J connection carries sessions only, no further jump and no forwarding.");
            return;
        }

        if (!current.Targets.TryGetValue(destination.Host, out TargetModel? target) || !IsSshPort(target, destination.Port))
        {
            Refuse(outer, open, "port forwarding is not offered. ssh -J works for registered targets, by exactly their names and for SSH.");
            return;
        }

        SignedInUser identity = outer.Identity!;
        AccessDecision decision = current.Access.CheckReach(identity.User, target);
        if (!decision.Allowed)
        {
            audit.Write(new AccessDenied(
                outer.Id, identity.Source.ToString(), identity.User.Name, target.Name, "", open.Type, decision.Reason ?? "", current.Revision));
            open.Refuse(
                ChannelOpenFailureReason.AdministrativelyProhibited, $"bastion: no target named '{target.Name}' is open to {identity.User.Name}.");
            return;
        }

        ChannelPipe pipe = new();
        pipe.Start(open.Accept(pipe));
        outer.Track(outer.RunInnerAsync(pipe, options.ForTarget(target.Name), target.Name));
    }

    // The port says what the client expects behind it; the stream ends here whatever it is.
    private static bool IsSshPort(TargetModel target, int port) => port == SshPort || (target is SshTargetModel machine && machine.Port == port);

    private static void Refuse(ClientConnection outer, SshChannelOpen open, string reason)
    {
        outer.AuditRefused(open.Type, reason);
        open.Refuse(ChannelOpenFailureReason.AdministrativelyProhibited, $"bastion: {reason}");
    }
}
