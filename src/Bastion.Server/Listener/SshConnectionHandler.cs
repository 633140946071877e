using System.Net;
using Bastion.Server.Configuration;
using Bastion.Server.Sessions;
using Bastion.Ssh;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Bastion.Server.Listener;

// What Kestrel calls for each accepted connection: builds the SSH connection and runs it to its end. Nothing escapes.
internal sealed class SshConnectionHandler(
    ConfigStore config,
    ClientConnectionFactory connections,
    ServerOptionsSource options,
    ConnectionGate gate,
    RefusalLog refusals,
    ILogger<SshConnectionHandler> logger)
    : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        IPAddress source = Normalize((connection.RemoteEndPoint as IPEndPoint)?.Address);
        using ConnectionGate.Lease? lease = gate.TryEnter(source);
        if (lease is null)
        {
            // No word to the client: whoever floods is not to be answered, and an SSH client says "connection closed" by itself.
            connection.Abort();
            refusals.Add(source);
            return;
        }

        ClientConnection client = connections.Create(connection.ConnectionId, source, lease.SignedIn);
        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        try
        {
            SshServerConnection ssh = new(connection.Transport, options.ForBastion(), client);
            Task run = client.RunAsync(ssh);
            using (stopping.Register(() => client.Drain(config.Current.Drain)))
            {
                await run;
            }
        }
        catch (Exception e)
        {
            logger.ConnectionFailed(e, connection.ConnectionId);
            connection.Abort();
        }
    }

    // One address, one form: rules and audit records compare it. A socket without an address gets none that a rule would match.
    private static IPAddress Normalize(IPAddress? address) => address switch
    {
        null => IPAddress.None,
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        _ => address,
    };
}
