using System.Text;
using Bastion.Server.Access;
using Bastion.Server.Audit;
using Bastion.Server.Configuration;
using Bastion.Server.Targets;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

// What happens when a client starts something on a session channel: it becomes a session on the target it named, or gets a list of targets.
internal sealed class SessionOpener(ConfigStore config, SessionRunner runner, AuditLog audit, TimeProvider time)
{
    private const uint FailureStatus = 255;

    // What sshd tells a forced command about the command that was asked for.
    private const string OriginalCommandVariable = "SSH_ORIGINAL_COMMAND";

    // Null: the channel has its answer already and there is no session. Called on the read loop.
    internal SessionPipeline? Start(SshChannel channel, ClientConnection connection, TargetRequest request)
    {
        ConfigModel current = config.Current;
        SignedInUser identity = connection.Identity!;
        if (connection.TargetName is null)
        {
            TargetListing.Send(channel, current, identity.User, connection.Login, request);
            return null;
        }

        // A target that does not exist and one that is not open to this user look the same.
        if (!current.Targets.TryGetValue(connection.TargetName, out TargetModel? target)
            || current.Access.CheckReach(identity.User, target) is not { Allowed: true })
        {
            RefuseTarget(channel, connection, request, current.Revision);
            return null;
        }

        Session session = new()
        {
            ConnectionId = connection.Id,
            Identity = identity,
            Target = target,
            Login = connection.Login,
            Request = identity.Credential.ForceCommand is { } forced ? Force(request, forced) : request,
            Revision = current.Revision,
            Started = time.GetUtcNow(),
        };
        SessionPipeline pipeline = new(channel, session);
        connection.Track(Task.Run(() => runner.RunAsync(session, pipeline, connection)));
        return pipeline;
    }

    // Whatever was asked for, the certificate's command runs.
    private static TargetRequest Force(TargetRequest request, string command)
    {
        ReadOnlyMemory<byte> original = request.Subsystem is { } name ? Encoding.UTF8.GetBytes(name) : request.Command;
        return request with
        {
            Kind = ChannelKind.Exec,
            Command = Encoding.UTF8.GetBytes(command),
            Subsystem = null,
            Environment = original.IsEmpty ? request.Environment : [.. request.Environment, new EnvRequest(OriginalCommandVariable, original)],
        };
    }

    private void RefuseTarget(SshChannel channel, ClientConnection connection, TargetRequest request, string revision)
    {
        const string Reason = "No target of that name is open to this user.";
        SignedInUser identity = connection.Identity!;
        audit.Write(new AccessDenied(
            connection.Id, identity.Source.ToString(), identity.User.Name, connection.TargetName!, connection.Login,
            request.Kind.ToString().ToLowerInvariant(), Reason, revision));
        string end = request.Terminal is null ? "\n" : "\r\n";
        string text = $"bastion: no target named '{connection.TargetName}' is open to {identity.User.Name}. Connect without a target to see those that are.{end}";
        channel.Send(Encoding.UTF8.GetBytes(text), stderr: true);
        channel.Request(new ExitStatusRequest(FailureStatus));
        channel.SendEof();
        channel.Close();
    }
}
