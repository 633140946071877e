using Bastion.Server.Configuration;
using Bastion.Server.Targets;

namespace Bastion.Server.Admin;

internal static class TargetsEndpoints
{
    internal static void MapTargets(this RouteGroupBuilder api)
    {
        api.MapGet("/targets", (ConfigStore config) => new Listing<TargetView>(
            [.. config.Current.Targets.Values.OrderBy(target => target.Name, StringComparer.Ordinal).Select(TargetView.Of)]));
    }

    private sealed record TargetView(string Id, string Kind, string Where, string Trust, IReadOnlyDictionary<string, string> Labels)
    {
        internal static TargetView Of(TargetModel target) => target switch
        {
            SshTargetModel ssh => new(ssh.Name, "ssh", $"{(ssh.Host.Contains(':') ? $"[{ssh.Host}]" : ssh.Host)}:{ssh.Port}", Trusts(ssh), ssh.Labels),
            CommandTargetModel command => new(
                command.Name, "command", string.Join(' ', command.Command), command.RunAs is { } account ? $"runs as {account}" : "runs as the bastion", command.Labels),
            _ => throw new ArgumentOutOfRangeException(nameof(target)),
        };

        private static string Trusts(SshTargetModel target)
        {
            List<string> ways = [];
            if (target.PinnedKeys.Count > 0)
            {
                ways.Add("pinned key");
            }

            if (target.HostAuthorities.Count > 0)
            {
                ways.Add("host authority");
            }

            if (target.TrustOnFirstUse)
            {
                ways.Add("first use");
            }

            return string.Join(", ", ways);
        }
    }
}
