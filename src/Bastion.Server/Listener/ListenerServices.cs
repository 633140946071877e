using System.Buffers;
using System.Net;
using Bastion.Server.Configuration;
using Bastion.Server.Targets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bastion.Server.Listener;

internal static class ListenerServices
{
    // After the drain of the live sessions: time for the last bytes and audit records.
    private static readonly TimeSpan ShutdownMargin = TimeSpan.FromSeconds(5);

    // Call after UseKestrel: Kestrel registers a memory pool factory too, and the last one counts.
    internal static IServiceCollection AddListener(this IServiceCollection services, ConfigModel config)
    {
        BigBlockMemoryPool pool = new();
        services.AddSingleton<IMemoryPoolFactory<byte>>(pool);
        services.AddSingleton<MemoryPool<byte>>(pool);
        services.AddSingleton<ConnectionGate>();
        services.AddSingleton<RefusalLog>();
        services.Configure<HostOptions>(options => options.ShutdownTimeout = config.Drain + ShutdownMargin);
        return services.Configure<KestrelServerOptions>(options =>
        {
            // What may wait unsent: the same as for targets. Beyond it the engine stops reading what it would have to pass on.
            options.Limits.MaxResponseBufferSize = SocketPipe.BufferSize;
            options.Limits.MaxRequestBufferSize = SocketPipe.BufferSize;
            foreach (IPEndPoint endpoint in config.SshEndpoints)
            {
                options.Listen(endpoint, listen => listen.UseConnectionHandler<SshConnectionHandler>());
            }
        });
    }
}
