namespace Bastion.Server.Sessions;

internal static class SessionServices
{
    internal static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<SessionRegistry>()
        .AddSingleton<ServerOptionsSource>()
        .AddSingleton<JumpHost>()
        .AddSingleton<SessionJournal>()
        .AddSingleton<SessionRunner>()
        .AddSingleton<SessionOpener>()
        .AddSingleton<ClientConnectionFactory>()
        .AddHostedService<AccessWatch>();
}
