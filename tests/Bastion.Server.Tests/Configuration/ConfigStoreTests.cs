using Bastion.Server.Access;
using Bastion.Server.Configuration;
using Bastion.Server.Targets;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Configuration;

public sealed class ConfigStoreTests : IDisposable
{
    private static readonly string HostKey = PrivateKey.Generate(SshKeyKind.Ed25519).PublicKey.ToText();

    private readonly ConfigFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Load_EmptyFile_HasTheDefaults()
    {
        ConfigModel model = _files.Load("");

        Assert.Equal("0.0.0.0:2222", model.SshEndpoints.Single().ToString());
        Assert.Equal("/var/lib/bastion", model.DataFolder.Root);
        Assert.Equal(Environment.MachineName, model.Node);
        Assert.Equal(new CertificatesConfig(), model.Certificates);
        Assert.Equal(new LimitsConfig(), model.Limits);
        Assert.Equal(new DialConfig(), model.Dial);
        Assert.Empty(model.Targets);
        Assert.Empty(model.Access.Rules);
    }

    [Fact]
    public void Load_AllOptions_ArriveInTheModel()
    {
        ConfigModel model = _files.Load($$"""
            node: edge-1
            data_dir: ../state
            listen: { ssh: ["127.0.0.1:2222", "[::1]:2222"], http: "127.0.0.1:8080" }
            host_names: [Bastion.Example.com, 192.0.2.1]
            certificates: { max_ttl: 1h30m, target_ttl: 90s, clock_skew: 0 }
            limits: { login_grace: 10s, max_connections: 7, max_sessions_per_connection: 2 }
            dial: { timeout: 500ms, retries: 0, breaker: { failures: 3, window: 1m, pause: 2m } }
            drain: 0
            log: { level: debug, file_size: 64KiB, keep_files: 2 }
            targets:
              web1:
                address: web1.internal:2200
                host_key: { pins: ["{{HostKey}}"] }
                labels: { env: prod }
              six: { address: "[2001:db8::1]", host_key: { trust_on_first_use: true } }
              demo: { command: [/bin/bash, -l], exec: [/bin/bash, -c], run_as: demo, environment: { LANG: C.UTF-8 }, working_dir: /tmp }
            access:
              - { name: devs, groups: [dev], targets: ["web*"], labels: { env: pr* }, logins: [deploy], allow: [shell, sftp] }
            """);

        Assert.Equal("edge-1", model.Node);
        Assert.Equal(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(_files.File)!, "../state")), model.DataFolder.Root);
        Assert.Equal(["127.0.0.1:2222", "[::1]:2222"], model.SshEndpoints.Select(e => e.ToString()));
        Assert.Equal("127.0.0.1:8080", model.HttpEndpoint?.ToString());
        Assert.Equal(["bastion.example.com", "192.0.2.1"], model.HostNames);
        Assert.Equal(
            new CertificatesConfig { MaxTtl = TimeSpan.FromMinutes(90), TargetTtl = TimeSpan.FromSeconds(90), ClockSkew = TimeSpan.Zero },
            model.Certificates);
        Assert.Equal((TimeSpan.FromSeconds(10), 7, 2), (model.Limits.LoginGrace, model.Limits.MaxConnections, model.Limits.MaxSessionsPerConnection));
        Assert.Equal((TimeSpan.FromMilliseconds(500), 0, 3), (model.Dial.Timeout, model.Dial.Retries, model.Dial.BreakerFailures));
        Assert.Equal(new LogConfig { Level = "debug", FileSize = 65536, KeepFiles = 2 }, model.Log);

        SshTargetModel web1 = Assert.IsType<SshTargetModel>(model.Targets["web1"]);
        Assert.Equal(("web1.internal", 2200, HostKey), (web1.Host, web1.Port, web1.PinnedKeys.Single().ToText()));
        SshTargetModel six = Assert.IsType<SshTargetModel>(model.Targets["six"]);
        Assert.Equal(("2001:db8::1", 22, true), (six.Host, six.Port, six.TrustOnFirstUse));
        CommandTargetModel demo = Assert.IsType<CommandTargetModel>(model.Targets["demo"]);
        Assert.Equal(["/bin/bash", "-l"], demo.Command);
        Assert.Equal(["/bin/bash", "-c"], demo.ExecPrefix);
        Assert.Equal(("demo", "/tmp", "C.UTF-8"), (demo.RunAs, demo.WorkingDirectory, demo.Environment["LANG"]));

        AccessRule rule = Assert.Single(model.Access.Rules);
        Assert.Equal("devs", rule.Name);
        Assert.Equal([ChannelKind.Shell, ChannelKind.Sftp], rule.Allow.Order());
    }

    [Fact]
    public void Load_ManyMistakes_ReportsAllWithLineKeyAndFix()
    {
        string[] problems = _files.Problems("""
            listen:
              ssh: ["2222"]
            certificates: { max_ttl: 8 }
            drian: 5s
            targets:
              Web1: { address: "web1:99999", host_key: { trust_on_first_use: yes } }
              both: { address: a, command: [b] }
              sh: { command: [bash] }
            access:
              - { name: all, targets: ["*"], logins: ["*"], allow: [shel, scp] }
            """);

        Assert.Equal(
            [
                "bastion.yaml:2: listen.ssh[0]: '2222' is not an IP address with a port; write 0.0.0.0:2222, 127.0.0.1:2222 or [::]:2222.",
                "bastion.yaml:3: certificates.max_ttl: '8' is not a duration; write a number with a unit: ms, s, m, h or d (for example 30s, 8h or 1h30m).",
                "bastion.yaml:4: drian: this key is not known. Did you mean 'drain'? Known here: node, data_dir, listen, host_names, certificates, limits, dial, drain, log, targets, access.",
                "bastion.yaml:6: targets.Web1: the name of a target has lower-case letters, digits, '.', '_' and '-', starting with a letter or digit, at most 63; rename it.",
                "bastion.yaml:6: targets.Web1.address: 'web1:99999' is not a host with a port; write host, host:22 or [2001:db8::1]:22.",
                "bastion.yaml:6: targets.Web1.host_key: nothing says which host key is the target's; set 'pins' (the line that 'ssh-keyscan' prints, checked on the target's console), 'authorities' or 'trust_on_first_use: true'.",
                "bastion.yaml:6: targets.Web1.host_key.trust_on_first_use: 'yes' is neither true nor false; write one of the two.",
                "bastion.yaml:7: targets.both: 'address' and 'command' exclude each other; keep one.",
                "bastion.yaml:8: targets.sh: a command needs 'run_as', the account it runs under.",
                "bastion.yaml:8: targets.sh.command[0]: the program is named by its absolute path, so that no PATH decides what runs.",
                "bastion.yaml:10: access[0]: the rule names nobody; add 'users' or 'groups'.",
                "bastion.yaml:10: access[0].allow[0]: 'shel' cannot be allowed; write some of shell, exec, sftp, subsystem. Did you mean 'shell'?",
                "bastion.yaml:10: access[0].allow[1]: 'scp' cannot be allowed; write some of shell, exec, sftp, subsystem. scp is covered by 'exec'.",
            ],
            problems);
    }

    [Theory]
    [InlineData("listen: [", "bastion.yaml:2: this is not valid YAML")]
    [InlineData("- a", "bastion.yaml:1: the file holds a list; it must hold keys")]
    [InlineData("node: a\nnode: b", "bastion.yaml:2: node: this key stands twice in the same block, first at line 1; remove one.")]
    [InlineData("node: &x a\ndata_dir: *x", "bastion.yaml:1: this is not valid YAML: anchors (&) and aliases (*) are not supported")]
    [InlineData("node: !secret a", "bastion.yaml:1: this is not valid YAML: tags (!) are not supported")]
    [InlineData("node: a\n---\nnode: b", "a second document starts here")]
    [InlineData("node: [a]", "bastion.yaml:1: node: a single value is needed here, not a list.")]
    [InlineData("listen: 2222", "bastion.yaml:1: listen: a block of keys is needed here, not a single value")]
    [InlineData("access: {}", "bastion.yaml:1: access: a list is needed here, not a block of keys")]
    [InlineData("limits: { max_auth_tries: 0 }", "bastion.yaml:1: limits.max_auth_tries: '0' is not a whole number from 1 to 100")]
    [InlineData("certificates: { target_ttl: 1h }", "bastion.yaml:1: certificates.target_ttl: '1h' is out of range; write a duration from 30s to 5m.")]
    [InlineData("log: { file_size: 1KB }", "bastion.yaml:1: log.file_size: '1KB' is not a size")]
    [InlineData("log: { level: info }", "bastion.yaml:1: log.level: 'info' is not a level")]
    [InlineData("host_names: [\"*.example.com\"]", "bastion.yaml:1: host_names[0]: '*.example.com' is not a host name")]
    [InlineData("targets: { a: { address: b, host_key: { pins: [\"ssh-ed25519 AAAA\"] } } }", "targets.a.host_key.pins[0]: this is not a public key")]
    [InlineData("targets: { a: { command: [/bin/sh], run_as: root } }", "targets.a.run_as: a command never runs as root")]
    [InlineData("targets: { a: { command: [/bin/sh], run_as: x, host_key: { trust_on_first_use: true } } }", "targets.a.host_key: this does not apply to a command")]
    [InlineData("node: \"a\\u001b[2J\"", "'a\\u001b[2J' is not usable as a name")]
    public void Load_Mistake_IsNamed(string yaml, string expected) =>
        Assert.Contains(_files.Problems(yaml), problem => problem.Contains(expected));

    [Fact]
    public void Load_MissingFile_SaysSo()
    {
        ConfigException exception =
            Assert.Throws<ConfigException>(() => ConfigStore.Load("/nonexistent/bastion.yaml", ConfigFiles.NoEnvironment));

        Assert.Contains("the file cannot be read", exception.Message);
    }

    [Fact]
    public void Load_Environment_OverridesTheFile()
    {
        ConfigModel model = _files.Load(
            "drain: 5s\ntargets: { web1: { address: a, host_key: { trust_on_first_use: true } } }\naccess: [ { name: x, users: [a], targets: ['*'], logins: [b], allow: [exec] } ]",
            new Dictionary<string, string>
            {
                ["BASTION__DRAIN"] = "7s",
                ["bastion__listen__SSH"] = "[\"127.0.0.1:22\", \"127.0.0.2:22\"]",
                ["BASTION__Targets__Web1__Address"] = "b:23",
                ["BASTION__ACCESS__0__LOGINS"] = "c",
                ["BASTION_DATA_DIR"] = "/elsewhere",
            });

        Assert.Equal(TimeSpan.FromSeconds(7), model.Drain);
        Assert.Equal(2, model.SshEndpoints.Count);
        Assert.Equal("b", Assert.IsType<SshTargetModel>(model.Targets["web1"]).Host);
        Assert.Equal("c", model.Access.Rules[0].Logins[0].Text);
        Assert.Equal("/var/lib/bastion", model.DataFolder.Root);
    }

    [Fact]
    public void Load_WrongEnvironment_NamesTheVariable()
    {
        string[] problems = _files.Problems("", new Dictionary<string, string>
        {
            ["BASTION__DRAIN"] = "soon",
            ["BASTION__LISTN__SSH"] = "x",
            ["BASTION__ACCESS__3__NAME"] = "x",
        });

        Assert.Contains(problems, problem => problem.StartsWith("environment variable BASTION__DRAIN: drain: 'soon' is not a duration"));
        Assert.Contains(problems, problem => problem.StartsWith("environment variable BASTION__LISTN__SSH: listn: this key is not known. Did you mean 'listen'?"));
        Assert.Contains(problems, problem => problem.StartsWith("environment variable BASTION__ACCESS__3__NAME"));
    }

    [Fact]
    public void Reload_GoodFile_SwapsAndTells()
    {
        ConfigStore store = new(_files.Load("drain: 1s"));
        ConfigModel first = store.Current;
        ConfigModel? told = null;
        store.Replaced += model => told = model;

        _files.Write("drain: 2s");

        Assert.True(store.Reload(ConfigFiles.NoEnvironment));
        Assert.Equal(TimeSpan.FromSeconds(2), store.Current.Drain);
        Assert.Same(store.Current, told);
        Assert.NotEqual(first.Revision, store.Current.Revision);
        Assert.Equal(TimeSpan.FromSeconds(1), first.Drain);
        Assert.False(store.Reload(ConfigFiles.NoEnvironment));
    }

    [Fact]
    public void Reload_BadFile_KeepsWhatIsInForce()
    {
        ConfigStore store = new(_files.Load("drain: 1s"));
        ConfigModel first = store.Current;

        _files.Write("drain: soon");

        Assert.Throws<ConfigException>(() => store.Reload(ConfigFiles.NoEnvironment));
        Assert.Same(first, store.Current);
    }

    [Theory]
    [InlineData("data_dir: /elsewhere", "data_dir")]
    [InlineData("listen: { ssh: [\"127.0.0.1:1\"] }", "listen.ssh")]
    [InlineData("listen: { http: \"127.0.0.1:1\" }", "listen.http")]
    [InlineData("node: other", "node")]
    [InlineData("log: { level: debug }", "log")]
    public void Reload_WhatIsFixedAtStart_IsRefused(string yaml, string path)
    {
        ConfigStore store = new(_files.Load("node: first"));
        ConfigModel first = store.Current;

        _files.Write(yaml.StartsWith("node") ? yaml : $"node: first\n{yaml}");

        ConfigException exception = Assert.Throws<ConfigException>(() => store.Reload(ConfigFiles.NoEnvironment));
        Assert.Contains($"bastion.yaml: {path}: this cannot change while the bastion runs", exception.Message);
        Assert.Same(first, store.Current);
    }
}
