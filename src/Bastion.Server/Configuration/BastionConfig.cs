namespace Bastion.Server.Configuration;

// The configuration file as it was written: immutable, typed, not yet checked against itself. Every default of the product stands
// here and nowhere else; config/bastion.yaml repeats them for people, and a test compares the two.
internal sealed record BastionConfig
{
    /// <summary>Name of this process in audit records and receipts. Empty (default): the machine's name.</summary>
    public string Node { get; init; } = "";

    /// <summary>Folder of all state; relative paths start at the folder of the configuration file. Default /var/lib/bastion.</summary>
    public string DataDir { get; init; } = "/var/lib/bastion";

    public ListenConfig Listen { get; init; } = new();

    /// <summary>Names in the bastion's own host certificate, as clients write them after <c>ssh</c>. Empty (default): the machine's name.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    public CertificatesConfig Certificates { get; init; } = new();

    public LimitsConfig Limits { get; init; } = new();

    public DialConfig Dial { get; init; } = new();

    /// <summary>How long live sessions may go on after a stop was asked for. Default 30 s; zero ends them at once.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    public LogConfig Log { get; init; } = new();

    public IReadOnlyList<TargetConfig> Targets { get; init; } = [];

    public IReadOnlyList<AccessRuleConfig> Access { get; init; } = [];
}

internal sealed record ListenConfig
{
    /// <summary>Addresses with port of the SSH listener. Default 0.0.0.0:2222.</summary>
    public IReadOnlyList<string> Ssh { get; init; } = ["0.0.0.0:2222"];

    /// <summary>Address with port that serves /healthz for load balancers and nothing else. Empty (default): none.</summary>
    public string Http { get; init; } = "";
}

internal sealed record CertificatesConfig
{
    /// <summary>Longest validity of a client certificate. Default 8 h: one working day.</summary>
    public TimeSpan MaxTtl { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Validity of the certificate that the bastion shows to a target. Default and most 5 min: it is used at once.</summary>
    public TimeSpan TargetTtl { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far a certificate's start is set back, for clocks that disagree. Default 1 min.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(1);
}

internal sealed record LimitsConfig
{
    /// <summary>Time from the first byte to a successful sign-in. Default 120 s, as sshd's LoginGraceTime.</summary>
    public TimeSpan LoginGrace { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Connections at the same time. Default 4096: two descriptors each stay well under systemd's usual limit of 524288.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>Connections that have not signed in yet, from all addresses. Default 100, the hard end of sshd's MaxStartups 10:30:100.</summary>
    public int MaxUnauthenticated { get; init; } = 100;

    /// <summary>
    /// Connections that have not signed in yet, from one address (an IPv6 /64). Default 20, so that one machine cannot use up
    /// <see cref="MaxUnauthenticated"/> alone.
    /// </summary>
    public int MaxUnauthenticatedPerAddress { get; init; } = 20;

    /// <summary>Failed sign-in attempts before the connection ends. Default 6, as sshd's MaxAuthTries.</summary>
    public int MaxAuthTries { get; init; } = 6;

    /// <summary>Sessions that one connection may have open. Default 10, as sshd's MaxSessions.</summary>
    public int MaxSessionsPerConnection { get; init; } = 10;

    /// <summary>Silence after which a client is asked for a sign of life; zero turns it off. Default 30 s.</summary>
    public TimeSpan KeepaliveInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Unanswered questions after which a client counts as gone. Default 3, as sshd's ClientAliveCountMax.</summary>
    public int KeepaliveCount { get; init; } = 3;
}

internal sealed record DialConfig
{
    /// <summary>Time for one attempt to reach a target and sign in there. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Further attempts after one that never reached the target; a refused sign-in is not tried again. Default 2.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Failed attempts within <see cref="BreakerWindow"/> after which a target counts as down. Default 5; 0 turns it off.</summary>
    public int BreakerFailures { get; init; } = 5;

    /// <summary>The window in which failures are counted. Default 30 s.</summary>
    public TimeSpan BreakerWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a target that counts as down is not dialled. Default 15 s.</summary>
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(15);
}

internal sealed record LogConfig
{
    /// <summary>Least severe event that is logged: debug, information, warning or error. Default information.</summary>
    public string Level { get; init; } = "information";

    /// <summary>Size at which the diagnostic log in the data folder starts a new file. Default 64 MiB.</summary>
    public long FileSize { get; init; } = 64L * 1024 * 1024;

    /// <summary>Files of the diagnostic log that are kept. Default 14.</summary>
    public int KeepFiles { get; init; } = 14;
}

internal sealed record TargetConfig
{
    public required string Name { get; init; }

    /// <summary>Host name or IP address, with port if it is not 22.</summary>
    public string? Address { get; init; }

    public HostKeyConfig HostKey { get; init; } = new();

    /// <summary>Program and arguments of a command target, absolute path first.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Arguments in front of an exec request's command line. Empty (default): exec requests are refused.</summary>
    public IReadOnlyList<string> Exec { get; init; } = [];

    /// <summary>Program and arguments that serve the sftp subsystem, on a command target. Empty (default): sftp is refused.</summary>
    public IReadOnlyList<string> Sftp { get; init; } = [];

    /// <summary>The account that a command target runs under.</summary>
    public string? RunAs { get; init; }

    /// <summary>Lets a bastion started without root run the command under its own account. Default false.</summary>
    public bool UnsafeSameUser { get; init; }

    /// <summary>Additional environment variables of a command target.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Working folder of a command target. Empty (default): the account's home.</summary>
    public string WorkingDir { get; init; } = "";

    /// <summary>Free labels that access rules can select by.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

internal sealed record HostKeyConfig
{
    /// <summary>Host keys of the target, as in a .pub file.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>Authorities whose host certificates for the target's address are accepted, as in a .pub file.</summary>
    public IReadOnlyList<string> Authorities { get; init; } = [];

    /// <summary>Remembers the first host key that is seen. Default false: without pins and authorities the target is refused.</summary>
    public bool TrustOnFirstUse { get; init; }
}

internal sealed record AccessRuleConfig
{
    public string Name { get; init; } = "";

    public IReadOnlyList<string> Users { get; init; } = [];

    public IReadOnlyList<string> Groups { get; init; } = [];

    public IReadOnlyList<string> Targets { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Logins { get; init; } = [];

    public IReadOnlyList<string> Allow { get; init; } = [];
}
