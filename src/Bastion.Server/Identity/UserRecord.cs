using System.Text.RegularExpressions;

namespace Bastion.Server.Identity;

internal enum UserStatus
{
    Active,
    Disabled,
}

// A person, job or robot that signs in. The id never changes and neither id nor name is ever given to somebody else.
internal sealed partial record UserRecord
{
    internal required long Id { get; init; }

    internal required string Name { get; init; }

    // Raised by disable and revoke. A certificate of an older epoch is void, also after the user is enabled again.
    internal required long Epoch { get; init; }

    internal required UserStatus Status { get; init; }

    internal required DateTimeOffset Created { get; init; }

    // Sorted by name.
    internal IReadOnlyList<string> Groups { get; init; } = [];

    // What others call this user: an e-mail address, a display name.
    internal IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    internal static bool IsValidName(string name) => NameForm().IsMatch(name);

    // Also the form of a group's name. \z and not $: a name that ends in a line feed is none.
    [GeneratedRegex(@"^[a-z][a-z0-9._-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
