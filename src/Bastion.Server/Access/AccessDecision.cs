namespace Bastion.Server.Access;

// The answer to "may this user do that". Rule names the line that allowed it; Reason is one English sentence for the refused user and
// names nothing that the user has not said.
internal readonly record struct AccessDecision
{
    private AccessDecision(bool allowed, string? rule, string? reason)
    {
        Allowed = allowed;
        Rule = rule;
        Reason = reason;
    }

    internal bool Allowed { get; }

    internal string? Rule { get; }

    internal string? Reason { get; }

    internal static AccessDecision Allow(string rule) => new(true, rule, null);

    internal static AccessDecision Deny(string reason) => new(false, null, reason);
}
