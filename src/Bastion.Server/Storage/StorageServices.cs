using Bastion.Server.Configuration;

namespace Bastion.Server.Storage;

internal static class StorageServices
{
    internal static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            ConfigModel config = provider.GetRequiredService<ConfigStore>().Current;
            Database database = new(config.DataFolder.Database);
            database.Migrate(provider.GetRequiredService<TimeProvider>());
            return database;
        });
        return services
            .AddSingleton<UserStore>()
            .AddSingleton<KeyStore>()
            .AddSingleton<CertificateStore>()
            .AddSingleton<SessionStore>()
            .AddSingleton<TargetKeyStore>();
    }
}
