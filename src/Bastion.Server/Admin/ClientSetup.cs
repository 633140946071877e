using System.Globalization;
using System.Text;
using Bastion.Server.Access;
using Bastion.Server.Certificates;
using Bastion.Server.Configuration;
using Bastion.Server.Identity;
using Bastion.Server.Targets;

namespace Bastion.Server.Admin;

// The lines that a client needs to reach targets through the bastion: for ~/.ssh/config and for ~/.ssh/known_hosts. The host authority is
// trusted for the names that are registered and never for `*`, or it could pose as any host that the client talks to.
internal sealed class ClientSetup(ConfigStore config, CertificateAuthorities authorities)
{
    // The name that the written configuration gives the bastion.
    internal const string Alias = "bastion";

    internal string SshConfig(string? identity)
    {
        ConfigModel model = config.Current;
        StringBuilder text = new();
        Host(Alias, identity);
        text.Append(CultureInfo.InvariantCulture, $"    HostName {model.HostNames[0]}\n    Port {Port(model)}\n");
        string[] machines = Machines(model);
        if (machines.Length > 0)
        {
            text.Append('\n');
            Host(string.Join(' ', machines), identity);
            text.Append(CultureInfo.InvariantCulture, $"    ProxyJump {Alias}\n");
        }

        return text.ToString();

        // The same identity on both: the inner sign-in must use the credential of the outer one.
        void Host(string names, string? file)
        {
            text.Append(CultureInfo.InvariantCulture, $"Host {names}\n");
            if (file is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"    IdentityFile {file}\n    IdentitiesOnly yes\n");
            }
        }
    }

    internal string KnownHosts()
    {
        ConfigModel model = config.Current;
        string authority = authorities.Host.PublicKey.ToText("bastion host CA");
        int port = Port(model);
        IEnumerable<string> own = model.HostNames.Select(name => port == 22 ? name : $"[{name}]:{port}");
        string text = $"@cert-authority {string.Join(',', own)} {authority}\n";
        string[] targets = [.. model.Targets.Keys.Order(StringComparer.Ordinal)];
        return targets.Length == 0 ? text : $"{text}@cert-authority {string.Join(',', targets)} {authority}\n";
    }

    // Somewhere the user may go, as `-p 2222 deploy@web1@bastion.example.com`; null when there is no such place.
    internal string? Example(UserRecord user)
    {
        ConfigModel model = config.Current;
        foreach (AccessRule rule in model.Access.Rules.Where(rule => rule.Covers(user)))
        {
            TargetModel? target = model.Targets.Values.Where(rule.Covers).MinBy(target => target.Name, StringComparer.Ordinal);
            string login = rule.Logins.FirstOrDefault(pattern => !pattern.Text.AsSpan().ContainsAny('*', '?'))?.Text ?? user.Name;
            if (target is not null && rule.CoversLogin(login))
            {
                string port = Port(model) == 22 ? "" : string.Create(CultureInfo.InvariantCulture, $"-p {Port(model)} ");
                return $"{port}{login}@{target.Name}@{model.HostNames[0]}";
            }
        }

        return null;
    }

    private static int Port(ConfigModel model) => model.SshEndpoints[0].Port;

    private static string[] Machines(ConfigModel model) =>
        [.. model.Targets.Values.Select(target => target.Name).Order(StringComparer.Ordinal)];
}

internal static class ClientSetupEndpoints
{
    private const int MaxIdentityLength = 1024;

    internal static void MapClientSetup(this RouteGroupBuilder api) => api.MapGet("/ssh-config", IResult (string? identity, ClientSetup setup) =>
        identity is not null && !IsPath(identity)
            ? AdminProblem.Invalid("The path of the identity cannot hold spaces, quotes or control characters.")
            : TypedResults.Ok(new ClientSetupView(setup.SshConfig(identity), setup.KnownHosts())));

    // One word of ssh_config(5), so that nothing else of the file can be written with it.
    private static bool IsPath(string identity) =>
        identity.Length is > 0 and <= MaxIdentityLength
        && !identity.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter == '"');

    private sealed record ClientSetupView(string SshConfig, string KnownHosts);
}
