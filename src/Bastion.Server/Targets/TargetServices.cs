using Bastion.Server.Targets.Command;

namespace Bastion.Server.Targets;

internal static class TargetServices
{
    internal static IServiceCollection AddTargets(this IServiceCollection services) => services
        .AddSingleton<DescriptorPoller>()
        .AddSingleton<CommandLauncher>()
        .AddSingleton<CommandTargetStarter>()
        .AddSingleton<HostKeyVerifier>()
        .AddSingleton<TargetDialer>()
        .AddSingleton<SshTargetConnector>()
        .AddSingleton<TargetConnector>()
        .AddSingleton<TargetCheck>()
        .AddHostedService<CommandTargetCheck>();
}
