using System.Reflection;
using Bastion.Server.Configuration;
using Bastion.Server.Storage;

namespace Bastion.Server.Audit;

// Writes down when this process starts to serve and when it stops. Registered after the log and before everything that serves, so a
// bastion whose audit log does not work never takes a connection.
internal sealed class NodeLifetime(AuditLog audit, ConfigStore config, SessionStore sessions, ILogger<NodeLifetime> logger)
    : IHostedLifecycleService
{
    internal static string Version { get; } =
        typeof(NodeLifetime).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await audit.WriteAsync(new NodeStarted(Version, config.Current.Revision)))
        {
            throw new StartupException(
                $"The audit log {config.Current.DataFolder.AuditFile} cannot be written. Check the disk and the folder's owner.");
        }

        int lost = sessions.EndLost(config.Current.Node);
        if (lost > 0)
        {
            logger.SessionsLost(lost);
        }

    }

    // All listeners are open now.
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        ConfigModel current = config.Current;
        logger.NodeStarted(Version, string.Join(", ", current.SshEndpoints), current.DataFolder.Root, current.Revision);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        audit.Write(new NodeStopped("stop requested"));
        logger.NodeStopped();
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
