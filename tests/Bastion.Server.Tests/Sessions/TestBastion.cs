using System.Buffers;
using System.Net;
using System.Text.Json;
using Bastion.Server.Audit;
using Bastion.Server.Certificates;
using Bastion.Server.Configuration;
using Bastion.Server.Identity;
using Bastion.Server.Listener;
using Bastion.Server.Sessions;
using Bastion.Server.Storage;
using Bastion.Server.Targets;
using Bastion.Ssh;
using Bastion.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Bastion.Server.Tests.Sessions;

// The bastion without its sockets: real configuration, database, authorities, audit log and sessions, reached through pipes in memory.
internal sealed class TestBastion : IAsyncDisposable
{
    internal static readonly IPAddress ClientAddress = IPAddress.Parse("192.0.2.7");

    private readonly TempFolder _folder = new();
    private readonly FreePort _port = FreePort.Reserve();
    private readonly ServiceProvider _services;
    private readonly List<IHostedService> _hosted = [];
    private int _connections;

    private TestBastion(string targets, string access, TimeProvider time)
    {
        WriteConfig(targets, access);
        ConfigStore config = new(ConfigStore.Load(ConfigFile, new Dictionary<string, string>()));
        Lock = config.Current.DataFolder.Prepare();
        ServiceCollection services = new();
        services.AddLogging().AddConfiguration(config).AddStorage().AddAudit().AddCertificates().AddIdentity().AddTargets().AddSessions();
        services.AddSingleton<MemoryPool<byte>>(new BigBlockMemoryPool());
        services.Replace(ServiceDescriptor.Singleton(time));
        AuditFile = new FailingAuditFile(config.Current.DataFolder.AuditFile);
        services.Replace(ServiceDescriptor.Singleton(provider =>
            new AuditLog(AuditFile, "test", TimeProvider.System, provider.GetRequiredService<ILogger<AuditLog>>())));
        _services = services.BuildServiceProvider();
    }

    internal const string EverythingToDevelopers =
        """{ name: developers, groups: [dev], targets: ["*"], logins: ["*"], allow: [shell, exec, sftp, subsystem] }""";

    internal SessionRegistry Registry => Get<SessionRegistry>();

    internal ConfigStore Config => Get<ConfigStore>();

    internal FailingAuditFile AuditFile { get; }

    internal UserRecord Alice { get; private set; } = null!;

    private FileStream Lock { get; }

    private string ConfigFile => _folder.File("bastion.yaml");

    // The user alice, in the group dev, exists.
    internal static async Task<TestBastion> StartAsync(string targets, string access = EverythingToDevelopers, TimeProvider? time = null)
    {
        TestBastion bastion = new(targets, access, time ?? TimeProvider.System);
        foreach (IHostedService service in bastion._services.GetServices<IHostedService>())
        {
            await service.StartAsync(TestContext.Current.CancellationToken);
            bastion._hosted.Add(service);
        }

        bastion.Alice = bastion.AddUser("alice", "dev");
        return bastion;
    }

    // With one test machine as target web1.
    internal static async Task<TestBastion> StartAsync(TestTarget target, string access = EverythingToDevelopers, TimeProvider? time = null)
    {
        TestBastion bastion = await StartAsync($"web1: {{ address: \"{target.Address}\", host_key: {{ pins: [\"{target.PinLine}\"] }} }}", access, time);
        target.TrustedAuthority = bastion.Get<CertificateAuthorities>().Target.PublicKey;
        return bastion;
    }

    internal T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    internal UserRecord AddUser(string name, params string[] groups) =>
        Get<UserStore>().Add(name, groups, new Dictionary<string, string>())!;

    internal async Task<SshClientIdentity> IssueAsync(
        UserRecord user, string? forceCommand = null, bool? permitPty = null, TimeSpan? ttl = null, IPNetwork? source = null)
    {
        PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        (SshCertificate? certificate, string? refusal) = await Get<ClientCertificateIssuer>().IssueAsync(
            new ClientCertificateRequest(user, key.PublicKey, "test")
            {
                ForceCommand = forceCommand,
                PermitPty = permitPty,
                Ttl = ttl,
                SourceAddresses = source is { } network ? [network] : null,
            });
        Assert.Null(refusal);
        return new SshClientIdentity(key, certificate);
    }

    internal async Task<TestClient> ConnectAsync(string userName, SshClientIdentity? identity = null, IPAddress? from = null)
    {
        DuplexPipePair pipes = new();
        ClientConnection connection = Get<ClientConnectionFactory>().Create($"test-{++_connections}", from ?? ClientAddress, () => { });
        Task running = connection.RunAsync(new SshServerConnection(pipes.Server, Get<ServerOptionsSource>().ForBastion(), connection));
        Running.Add(running);
        Last = connection;
        return await TestClient.ConnectAsync(pipes.Client, userName, identity ?? await IssueAsync(Alice));
    }

    // The server's end of the connection made last, and the ends of all of them.
    internal ClientConnection? Last { get; private set; }

    internal List<Task> Running { get; } = [];

    internal void Reconfigure(string targets, string access)
    {
        WriteConfig(targets, access);
        Assert.True(Config.Reload(new Dictionary<string, string>()));
    }

    // Everything that was written to the audit log until now, of one kind.
    internal async Task<List<JsonElement>> AuditAsync(string kind)
    {
        Assert.True(await Get<AuditLog>().WriteAsync(new AdminAction("test", "flush", "audit") { Outcome = "done" }));
        return [.. File.ReadLines(Config.Current.DataFolder.AuditFile)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(element => element.GetProperty("kind").GetString() == kind)];
    }

    internal async Task<JsonElement> SingleAuditAsync(string kind) => Assert.Single(await AuditAsync(kind));

    // The clients are gone by now: their connections end, and with them all sessions.
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Running);
        foreach (IHostedService service in Enumerable.Reverse(_hosted))
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
        await Lock.DisposeAsync();
        _port.Dispose();
        _folder.Dispose();
    }

    // A disk that can be made to refuse.
    internal sealed class FailingAuditFile(string path) : AuditFile(path)
    {
        internal volatile bool Fails;

        internal override void Append(ReadOnlySpan<byte> lines)
        {
            if (Fails)
            {
                throw new IOException("No space left on device");
            }

            base.Append(lines);
        }
    }

    private void WriteConfig(string targets, string access) => _folder.Write("bastion.yaml", $"""
        node: test
        data_dir: data
        host_names: [bastion.example]
        listen:
          ssh: ["127.0.0.1:{_port.Number}"]
        dial:
          retries: 0
        targets:
          {targets.ReplaceLineEndings("\n  ")}
        access:
          - {access.ReplaceLineEndings("\n  - ")}
        """);
}
