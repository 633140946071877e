using System.Collections.Frozen;
using Bastion.Ssh;

namespace Bastion.Server.Targets;

// A target as the validated configuration describes it. Immutable; replaced as a whole by a reload.
internal abstract class TargetModel
{
    // Lower case, `[a-z0-9][a-z0-9._-]{0,62}`: also a host name that clients can write after `ssh -J bastion`.
    internal required string Name { get; init; }

    internal required FrozenDictionary<string, string> Labels { get; init; }
}

// A machine that runs an SSH server.
internal sealed class SshTargetModel : TargetModel
{
    // A DNS name or an IP literal without brackets.
    internal required string Host { get; init; }

    internal required int Port { get; init; }

    // Host keys that identify the target. All three empty or false never passes validation.
    internal required IReadOnlyList<PublicKey> PinnedKeys { get; init; }

    internal required IReadOnlyList<PublicKey> HostAuthorities { get; init; }

    internal required bool TrustOnFirstUse { get; init; }
}

// A program on the bastion's own machine.
internal sealed class CommandTargetModel : TargetModel
{
    // Program and arguments, absolute path first; never a shell string.
    internal required IReadOnlyList<string> Command { get; init; }

    // Put in front of an exec request's command line, as `/bin/bash -c`. Empty: exec requests are refused.
    internal required IReadOnlyList<string> ExecPrefix { get; init; }

    // What serves the sftp subsystem. Empty: it is refused.
    internal required IReadOnlyList<string> Sftp { get; init; }

    // Account name or numeric id. Null only together with UnsafeSameUser.
    internal required string? RunAs { get; init; }

    internal required bool UnsafeSameUser { get; init; }

    internal required FrozenDictionary<string, string> Environment { get; init; }

    // Absolute, or null for the account's home.
    internal required string? WorkingDirectory { get; init; }
}
