namespace Bastion.Server.Identity;

internal static class IdentityServices
{
    internal static IServiceCollection AddIdentity(this IServiceCollection services) => services.AddSingleton<SignIn>();
}
