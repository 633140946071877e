using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bastion.Server.Audit;
using Bastion.Server.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Bastion.Server.Admin;

// The admin API on the Unix socket in the data folder, and /healthz; the HTTP address of the configuration, if any, serves /healthz alone.
internal static class AdminServices
{
    // The largest request is an enrolled RSA key of 16384 bits, under 3 KiB.
    private const int MaxRequestBody = 64 * 1024;

    internal static IServiceCollection AddAdmin(this IServiceCollection services)
    {
        services.AddRouting();
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DictionaryKeyPolicy = null;
            // A misspelt, missing or null field of a request is an error and not a default.
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
            json.SerializerOptions.RespectNullableAnnotations = true;
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true); // AdminErrors answers
        services.AddSingleton<Doctor>().AddSingleton<ClientSetup>().AddSingleton<LiveSessions>();
        services.Configure<SocketTransportOptions>(options => options.CreateBoundListenSocket = BindPrivately);
        return services.AddOptions<KestrelServerOptions>().Configure<ConfigStore, ILogger<AdminPeer>>(Listen).Services;
    }

    internal static void MapAdmin(this WebApplication app)
    {
        AuditLog audit = app.Services.GetRequiredService<AuditLog>();
        ILogger logger = app.Services.GetRequiredService<ILogger<AdminPeer>>();
        app.MapWhen(context => context.Features.Get<AdminPeer>() is null, Health.Configure);
        // Outside of the errors, so that a request which failed is audited with the status of its answer.
        app.Use(next => context => AdminAudit.InvokeAsync(context, next, audit));
        app.Use(next => context => AdminErrors.InvokeAsync(context, next, logger));
        app.UseRouting();
        RouteGroupBuilder api = app.MapGroup("/api/v1");
        api.MapUsers();
        api.MapKeys();
        api.MapCertificates();
        api.MapTargets();
        api.MapSessions();
        api.MapClientSetup();
        api.MapDoctor();
        app.MapGet("/healthz", Health.AnswerAsync);
    }

    // A Unix socket is closed to other accounts between bind and listen, so that there is no moment in which they could connect.
    private static Socket BindPrivately(EndPoint endpoint)
    {
        Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        if (endpoint is UnixDomainSocketEndPoint unix)
        {
            File.SetUnixFileMode(unix.ToString(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return socket;
    }

    private static void Listen(KestrelServerOptions kestrel, ConfigStore store, ILogger logger)
    {
        ConfigModel config = store.Current;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxRequestBody;
        File.Delete(config.DataFolder.AdminSocket); // of a run that was killed; the lock on the folder says that nobody uses it
        kestrel.ListenUnixSocket(config.DataFolder.AdminSocket, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Use(next => AdminPeer.Require(next, logger));
        });
        if (config.HttpEndpoint is { } http)
        {
            kestrel.Listen(http, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        }
    }
}
