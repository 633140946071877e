using System.Collections.Frozen;
using Bastion.Server.Identity;
using Bastion.Server.Targets;

namespace Bastion.Server.Access;

// One line of `access`: these users may do this on those targets. It only ever allows; what no rule allows is denied.
internal sealed class AccessRule
{
    internal required string Name { get; init; }

    internal required FrozenSet<string> Users { get; init; }

    internal required FrozenSet<string> Groups { get; init; }

    // Empty: any name, if the labels match. Both empty never passes validation.
    internal required IReadOnlyList<NamePattern> Targets { get; init; }

    internal required IReadOnlyList<KeyValuePair<string, NamePattern>> Labels { get; init; }

    internal required IReadOnlyList<NamePattern> Logins { get; init; }

    internal required FrozenSet<ChannelKind> Allow { get; init; }

    internal bool Covers(UserRecord user) => Users.Contains(user.Name) || user.Groups.Any(Groups.Contains);

    internal bool Covers(TargetModel target) =>
        (Targets.Count == 0 || Targets.Any(pattern => pattern.Matches(target.Name))) &&
        Labels.All(label => target.Labels.TryGetValue(label.Key, out string? value) && label.Value.Matches(value));

    internal bool CoversLogin(string login) => Logins.Any(pattern => pattern.Matches(login));
}
