using Bastion.Ssh;

namespace Bastion.Server.Identity;

// A plain public key that a user may sign in with, for clients without certificates.
internal sealed record EnrolledKey
{
    internal required PublicKey Key { get; init; }

    internal required long UserId { get; init; }

    internal required string UserName { get; init; }

    // The user's at the time: disabling a user voids the keys too, and enabling brings none back.
    internal required long Epoch { get; init; }

    internal string Comment { get; init; } = "";

    internal required DateTimeOffset Added { get; init; }

    internal required string AddedBy { get; init; }

    // Void from here on.
    internal required DateTimeOffset Expires { get; init; }
}
