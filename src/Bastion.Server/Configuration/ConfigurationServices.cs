namespace Bastion.Server.Configuration;

internal static class ConfigurationServices
{
    internal static IServiceCollection AddConfiguration(this IServiceCollection services, ConfigStore store)
    {
        services.AddSingleton(store);
        services.AddSingleton(TimeProvider.System);
        return services.AddHostedService<ConfigReloader>();
    }
}
