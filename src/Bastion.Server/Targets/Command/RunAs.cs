using System.Globalization;

namespace Bastion.Server.Targets.Command;

// Under which account a command target runs, or why it does not. The program must reach neither the bastion's keys nor its memory, so it
// never runs as root or as the bastion itself; the one exception is asked for by name and meant for a demo on one's own machine.
internal static class RunAs
{
    private const uint Root = 0;

    // A null account together with no refusal: the server's own.
    internal static (Account? Account, string? Refusal) Decide(CommandTargetModel target, uint serverUserId) =>
        serverUserId == Root ? DecideAsRoot(target) : DecideWithoutRoot(target);

    private static (Account? Account, string? Refusal) DecideAsRoot(CommandTargetModel target)
    {
        if (target.RunAs is null)
        {
            return (null, $"Target {target.Name} has no run_as: name an account that its program runs under, neither root nor the bastion's own.");
        }

        Account? account = Find(target.RunAs);
        if (account is null)
        {
            return (null, $"Target {target.Name}: there is no account '{target.RunAs}' (run_as) on this machine. Create it, or name another one.");
        }

        return account.UserId == Root
            ? (null, $"Target {target.Name}: run_as must not be root, nor an account with its id. Name an account without privileges.")
            : (account, null);
    }

    private static (Account? Account, string? Refusal) DecideWithoutRoot(CommandTargetModel target) => target.UnsafeSameUser
        ? (null, null)
        : (null, $"Target {target.Name}: its run_as account can only be taken by a bastion that was started as root. "
            + "For a demo on your own machine set unsafe_same_user: true.");

    private static Account? Find(string nameOrId) =>
        uint.TryParse(nameOrId, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) ? Account.Find(id) : Account.Find(nameOrId);
}
