using System.Collections.Frozen;
using System.Net;
using Bastion.Server.Access;
using Bastion.Server.Storage;
using Bastion.Server.Targets;

namespace Bastion.Server.Configuration;

// The configuration, validated as a whole and turned into what the server works with. All members are immutable, so whoever holds a
// model may go on using it; a reload replaces the model in its entirety and never changes one.
internal sealed class ConfigModel
{
    // First 12 hex digits of the SHA-256 of file and environment: the same configuration has the same name on every node.
    internal required string Revision { get; init; }

    internal required string File { get; init; }

    internal required string Node { get; init; }

    internal required DataFolder DataFolder { get; init; }

    internal required IReadOnlyList<IPEndPoint> SshEndpoints { get; init; }

    internal required IPEndPoint? HttpEndpoint { get; init; }

    // Lower case, never empty.
    internal required IReadOnlyList<string> HostNames { get; init; }

    internal required CertificatesConfig Certificates { get; init; }

    internal required LimitsConfig Limits { get; init; }

    internal required DialConfig Dial { get; init; }

    internal required TimeSpan Drain { get; init; }

    internal required LogConfig Log { get; init; }

    // By name.
    internal required FrozenDictionary<string, TargetModel> Targets { get; init; }

    internal required AccessModel Access { get; init; }
}
