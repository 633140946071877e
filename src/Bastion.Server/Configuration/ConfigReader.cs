namespace Bastion.Server.Configuration;

// Nodes to the records of BastionConfig: one method a block, in the order of config/bastion.yaml. Ranges that a single value must
// keep stand here; what depends on several values is ConfigValidator's.
internal static class ConfigReader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    internal static BastionConfig Read(ConfigMapping root, ConfigProblems problems)
    {
        ConfigSection section = new(root, "", problems);
        BastionConfig defaults = new();
        BastionConfig config = new()
        {
            Node = section.Text("node", defaults.Node),
            DataDir = section.Text("data_dir", defaults.DataDir),
            Listen = ReadListen(section.Section("listen"), defaults.Listen),
            HostNames = section.Texts("host_names", defaults.HostNames),
            Certificates = ReadCertificates(section.Section("certificates"), defaults.Certificates),
            Limits = ReadLimits(section.Section("limits"), defaults.Limits),
            Dial = ReadDial(section.Section("dial"), defaults.Dial),
            Drain = section.Duration("drain", defaults.Drain, TimeSpan.Zero, Day),
            Log = ReadLog(section.Section("log"), defaults.Log),
            Targets = [.. section.Named("targets").Select(target => ReadTarget(target.Name, target.Section))],
            Access = [.. section.Blocks("access").Select(ReadAccessRule)],
        };
        section.End();
        return config;
    }

    private static ListenConfig ReadListen(ConfigSection section, ListenConfig defaults)
    {
        ListenConfig listen = new()
        {
            Ssh = section.Texts("ssh", defaults.Ssh),
            Http = section.Text("http", defaults.Http),
        };
        section.End();
        return listen;
    }

    private static CertificatesConfig ReadCertificates(ConfigSection section, CertificatesConfig defaults)
    {
        CertificatesConfig certificates = new()
        {
            // A month is the longest that can still be called short-lived.
            MaxTtl = section.Duration("max_ttl", defaults.MaxTtl, TimeSpan.FromMinutes(1), TimeSpan.FromDays(31)),
            TargetTtl = section.Duration("target_ttl", defaults.TargetTtl, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)),
            ClockSkew = section.Duration("clock_skew", defaults.ClockSkew, TimeSpan.Zero, TimeSpan.FromMinutes(10)),
        };
        section.End();
        return certificates;
    }

    private static LimitsConfig ReadLimits(ConfigSection section, LimitsConfig defaults)
    {
        LimitsConfig limits = new()
        {
            LoginGrace = section.Duration("login_grace", defaults.LoginGrace, Second, Hour),
            MaxConnections = section.Number("max_connections", defaults.MaxConnections, 1, 1_000_000),
            MaxUnauthenticated = section.Number("max_unauthenticated", defaults.MaxUnauthenticated, 1, 1_000_000),
            MaxUnauthenticatedPerAddress =
                section.Number("max_unauthenticated_per_address", defaults.MaxUnauthenticatedPerAddress, 1, 1_000_000),
            MaxAuthTries = section.Number("max_auth_tries", defaults.MaxAuthTries, 1, 100),
            MaxSessionsPerConnection = section.Number("max_sessions_per_connection", defaults.MaxSessionsPerConnection, 1, 1000),
            KeepaliveInterval = section.Duration("keepalive_interval", defaults.KeepaliveInterval, TimeSpan.Zero, Day),
            KeepaliveCount = section.Number("keepalive_count", defaults.KeepaliveCount, 1, 100),
        };
        section.End();
        return limits;
    }

    private static DialConfig ReadDial(ConfigSection section, DialConfig defaults)
    {
        ConfigSection breaker = section.Section("breaker");
        DialConfig dial = new()
        {
            Timeout = section.Duration("timeout", defaults.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
            Retries = section.Number("retries", defaults.Retries, 0, 10),
            BreakerFailures = breaker.Number("failures", defaults.BreakerFailures, 0, 1000),
            BreakerWindow = breaker.Duration("window", defaults.BreakerWindow, Second, Hour),
            BreakerPause = breaker.Duration("pause", defaults.BreakerPause, Second, Hour),
        };
        breaker.End();
        section.End();
        return dial;
    }

    private static LogConfig ReadLog(ConfigSection section, LogConfig defaults)
    {
        LogConfig log = new()
        {
            Level = section.Text("level", defaults.Level),
            FileSize = section.Size("file_size", defaults.FileSize, 64 * 1024),
            KeepFiles = section.Number("keep_files", defaults.KeepFiles, 1, 10_000),
        };
        section.End();
        return log;
    }

    private static TargetConfig ReadTarget(string name, ConfigSection section)
    {
        TargetConfig defaults = new() { Name = name };
        TargetConfig target = new()
        {
            Name = name,
            Address = section.OptionalText("address"),
            HostKey = ReadHostKey(section.Section("host_key"), defaults.HostKey),
            Command = section.Texts("command", defaults.Command),
            Exec = section.Texts("exec", defaults.Exec),
            Sftp = section.Texts("sftp", defaults.Sftp),
            RunAs = section.OptionalText("run_as"),
            UnsafeSameUser = section.Flag("unsafe_same_user", defaults.UnsafeSameUser),
            Environment = section.TextMap("environment"),
            WorkingDir = section.Text("working_dir", defaults.WorkingDir),
            Labels = section.TextMap("labels"),
        };
        section.End();
        return target;
    }

    private static HostKeyConfig ReadHostKey(ConfigSection section, HostKeyConfig defaults)
    {
        HostKeyConfig hostKey = new()
        {
            Pins = section.Texts("pins", defaults.Pins),
            Authorities = section.Texts("authorities", defaults.Authorities),
            TrustOnFirstUse = section.Flag("trust_on_first_use", defaults.TrustOnFirstUse),
        };
        section.End();
        return hostKey;
    }

    private static AccessRuleConfig ReadAccessRule(ConfigSection section)
    {
        AccessRuleConfig rule = new()
        {
            Name = section.Text("name", ""),
            Users = section.Texts("users", []),
            Groups = section.Texts("groups", []),
            Targets = section.Texts("targets", []),
            Labels = section.TextMap("labels"),
            Logins = section.Texts("logins", []),
            Allow = section.Texts("allow", []),
        };
        section.End();
        return rule;
    }
}
