using Bastion.Server.Access;
using Bastion.Server.Configuration;
using Bastion.Server.Targets;

namespace Bastion.Server.Admin;

internal static class TargetsEndpoints
{
    internal static void MapTargets(this RouteGroupBuilder api)
    {
        api.MapGet("/targets", (ConfigStore config) => new Listing<TargetView>(
            [.. config.Current.Targets.Values.OrderBy(target => target.Name, StringComparer.Ordinal).Select(TargetView.Of)]));
        api.MapPost("/targets/{name}/check", CheckAsync);
    }

    private static async Task<IResult> CheckAsync(
        HttpContext context, string name, string? login, ConfigStore config, TargetCheck check, CancellationToken cancellationToken)
    {
        context.Names(name);
        if (!config.Current.Targets.TryGetValue(name, out TargetModel? target))
        {
            return AdminProblem.NotFound($"There is no target '{ConfigText.Show(name)}'. List them with: bastion target list");
        }

        return login is not null && !LoginTarget.IsValidLogin(login)
            ? AdminProblem.Invalid($"'{ConfigText.Show(login)}' cannot be a login.")
            : TypedResults.Ok(new Listing<TargetCheckStep>(await check.ExamineAsync(target, login, context.Actor(), cancellationToken)));
    }

    private sealed record TargetView(string Id, string Kind, string Where, string Trust, IReadOnlyDictionary<string, string> Labels)
    {
        internal static TargetView Of(TargetModel target) => target switch
        {
            SshTargetModel ssh => new(ssh.Name, "ssh", Address(ssh), Trusts(ssh), ssh.Labels),
            CommandTargetModel command => new(
                command.Name, "command", string.Join(' ', command.Command),
                command.RunAs is { } account ? $"runs as {account}" : "runs as the bastion", command.Labels),
            _ => throw new ArgumentOutOfRangeException(nameof(target)),
        };

        private static string Address(SshTargetModel target) =>
            target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]:{target.Port}" : $"{target.Host}:{target.Port}";

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
