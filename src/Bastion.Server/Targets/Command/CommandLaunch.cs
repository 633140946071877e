namespace Bastion.Server.Targets.Command;

// One program to start: an argument vector, never a shell string. Null RunAs means the server's own account (unsafe_same_user).
internal sealed record CommandLaunch
{
    // Bytes, because a command line of a client need not be UTF-8. The first is an absolute path; none has a NUL.
    internal required IReadOnlyList<ReadOnlyMemory<byte>> Arguments { get; init; }

    internal required IReadOnlyDictionary<string, string> Environment { get; init; }

    internal required string WorkingDirectory { get; init; }

    internal required Account? RunAs { get; init; }

    // Null: pipes for stdin, stdout and stderr.
    internal required TerminalSettings? Terminal { get; init; }
}
