using Bastion.Server.Identity;
using Bastion.Server.Targets;

namespace Bastion.Server.Access;

// Who may be where: the access rules of one configuration. Immutable, thread-safe. Deny is the default: no rule, no access.
internal sealed class AccessModel(IReadOnlyList<AccessRule> rules)
{
    internal IReadOnlyList<AccessRule> Rules { get; } = rules;

    // The one question for every channel of a session, shell, exec and subsystem alike.
    internal AccessDecision Check(UserRecord user, TargetModel target, string login, ChannelKind kind)
    {
        if (user.Status != UserStatus.Active)
        {
            return AccessDecision.Deny($"The user {user.Name} is disabled.");
        }

        foreach (AccessRule rule in Rules)
        {
            if (rule.Allow.Contains(kind) && rule.Covers(user) && rule.Covers(target) && rule.CoversLogin(login))
            {
                return AccessDecision.Allow(rule.Name);
            }
        }

        return AccessDecision.Deny($"No access rule lets {user.Name} use {Word(kind)} as {login} on {target.Name}.");
    }

    // May the user have any session there at all? Asked when `ssh -J` opens the way to a target, before the inner sign-in names a
    // login; each channel of the inner session is checked on its own afterwards.
    internal AccessDecision CheckReach(UserRecord user, TargetModel target)
    {
        if (user.Status != UserStatus.Active)
        {
            return AccessDecision.Deny($"The user {user.Name} is disabled.");
        }

        AccessRule? rule = Rules.FirstOrDefault(rule => rule.Covers(user) && rule.Covers(target));
        return rule is not null
            ? AccessDecision.Allow(rule.Name)
            : AccessDecision.Deny($"No access rule lets {user.Name} reach {target.Name}.");
    }

    private static string Word(ChannelKind kind) => kind switch
    {
        ChannelKind.Shell => "a shell",
        ChannelKind.Exec => "commands",
        ChannelKind.Sftp => "sftp",
        _ => "a subsystem",
    };
}
