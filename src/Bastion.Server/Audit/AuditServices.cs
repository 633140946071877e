using Bastion.Server.Configuration;

namespace Bastion.Server.Audit;

internal static class AuditServices
{
    // Call before any feature with a hosted service of its own: the log starts first and stops last.
    internal static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            ConfigModel config = provider.GetRequiredService<ConfigStore>().Current;
            return new AuditLog(
                Open(config.DataFolder.AuditFile),
                config.Node,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<AuditLog>>());
        });
        services.AddHostedService(provider => provider.GetRequiredService<AuditLog>());
        return services.AddHostedService<NodeLifetime>();
    }

    private static AuditFile Open(string path)
    {
        try
        {
            return new AuditFile(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The audit log {path} cannot be opened: {exception.Message}", exception);
        }
    }
}
