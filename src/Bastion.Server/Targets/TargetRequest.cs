using Bastion.Server.Access;
using Bastion.Ssh;

namespace Bastion.Server.Targets;

// What a session asks its target to start.
internal sealed record TargetRequest
{
    internal required ChannelKind Kind { get; init; }

    // The command line of an exec request, any bytes.
    internal ReadOnlyMemory<byte> Command { get; init; }

    // The name of a subsystem.
    internal string? Subsystem { get; init; }

    // Null: no terminal.
    internal PtyRequest? Terminal { get; init; }

    // Variables that the client may set, in its order; names are on the allow-list already.
    internal IReadOnlyList<EnvRequest> Environment { get; init; } = [];
}
