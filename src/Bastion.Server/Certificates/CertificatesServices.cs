using Bastion.Server.Audit;
using Bastion.Server.Configuration;

namespace Bastion.Server.Certificates;

internal static class CertificatesServices
{
    internal static IServiceCollection AddCertificates(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            ConfigModel config = provider.GetRequiredService<ConfigStore>().Current;
            return CertificateAuthorities.Open(config.DataFolder, config.Node, provider.GetRequiredService<ILogger<CertificateAuthorities>>());
        });
        services.AddSingleton(provider => new HostIdentity(
            provider.GetRequiredService<ConfigStore>().Current.DataFolder,
            provider.GetRequiredService<CertificateAuthorities>(),
            provider.GetRequiredService<ConfigStore>(),
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<HostIdentity>>()));
        services.AddHostedService(provider => provider.GetRequiredService<HostIdentity>());
        return services.AddSingleton<ClientCertificateIssuer>().AddSingleton<TargetCertificateIssuer>();
    }
}
