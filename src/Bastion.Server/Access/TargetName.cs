using System.Text.RegularExpressions;

namespace Bastion.Server.Access;

// The form of a target's name: what can also stand as a host name on an ssh command line.
internal static partial class TargetName
{
    internal const string Form = "lower-case letters, digits, '.', '_' and '-', starting with a letter or digit, at most 63";

    internal static bool IsValid(string name) => NameForm().IsMatch(name);

    // 63: the longest label of a DNS name (RFC 1035 §2.3.4).
    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
