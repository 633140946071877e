using System.Buffers;

namespace Bastion.Server.Access;

// What an SSH user name says: the login on the target and, without -J, the target. It never says who somebody is.
//   login@target    the last @ splits, so a login may hold one itself (alice@corp.example@web1)
//   login+target    the same for clients that cannot write two @; only looked at when there is no @
//   login           no target: the outer connection of `ssh -J`
internal readonly record struct LoginTarget(string Login, string? Target)
{
    // useradd allows 32, directory services 64 and an address as a login more; 128 covers them.
    private const int MaxLoginLength = 128;

    // No ':' (OpenSSH's user:style), no '%' (expanded by client and target configurations), no '/' or '\', nothing a shell or a
    // terminal would act on (CVE-2023-51385, CVE-2025-61984).
    private static readonly SearchValues<char> LoginCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+@");

    // `error` is for the audit record; it never repeats what the peer has sent.
    internal static bool TryParse(string userName, out LoginTarget parsed, out string error)
    {
        int split = userName.LastIndexOf('@');
        if (split < 0)
        {
            split = userName.LastIndexOf('+');
        }

        string login = split < 0 ? userName : userName[..split];
        string? target = split < 0 ? null : userName[(split + 1)..];
        parsed = default;
        if (!IsValidLogin(login))
        {
            error = "The login in the user name is empty, too long or holds a character that a login cannot have.";
            return false;
        }

        if (target is not null && !TargetName.IsValid(target))
        {
            error = "The target in the user name is not the name of a target; write login@target.";
            return false;
        }

        parsed = new LoginTarget(login, target);
        error = "";
        return true;
    }

    // A leading '-' would be an option to some program, a leading '+' or '@' or '.' is no account anywhere.
    internal static bool IsValidLogin(string login) =>
        login.Length is > 0 and <= MaxLoginLength &&
        (char.IsAsciiLetterOrDigit(login[0]) || login[0] == '_') &&
        !login.AsSpan().ContainsAnyExcept(LoginCharacters);
}
