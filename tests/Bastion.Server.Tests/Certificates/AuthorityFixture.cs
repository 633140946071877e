using Bastion.Server.Audit;
using Bastion.Server.Certificates;
using Bastion.Server.Configuration;
using Bastion.Server.Storage;
using Bastion.Server.Tests.Configuration;
using Bastion.Server.Tests.Storage;
using Bastion.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bastion.Server.Tests.Certificates;

// The three authorities with everything that issuing needs, on the clock of the storage.
public sealed class AuthorityFixture : IAsyncLifetime
{
    private readonly ConfigFiles _files = new();
    private readonly TempFolder _folder = new();

    public AuthorityFixture()
    {
        Config = new ConfigStore(_files.Load("node: edge-1\nhost_names: [bastion.example.com, bastion]\ntargets: { web1: { address: a, host_key: { trust_on_first_use: true } } }"));
        Folder = new DataFolder(_folder.Root);
        Audit = new AuditLog(new AuditFile(Folder.AuditFile), "edge-1", Storage.Time, NullLogger<AuditLog>.Instance);
        Authorities = CertificateAuthorities.Open(Folder, "edge-1", NullLogger.Instance);
        ClientIssuer = new ClientCertificateIssuer(Authorities, Storage.Certificates, Config, Audit, Storage.Time);
        TargetIssuer = new TargetCertificateIssuer(Authorities, Config, Audit, Storage.Time);
    }

    internal StorageFixture Storage { get; } = new();

    internal DateTimeOffset Now => Storage.Time.GetUtcNow();

    internal ConfigStore Config { get; }

    internal DataFolder Folder { get; }

    internal AuditLog Audit { get; }

    internal CertificateAuthorities Authorities { get; }

    internal ClientCertificateIssuer ClientIssuer { get; }

    internal TargetCertificateIssuer TargetIssuer { get; }

    internal HostIdentity CreateHostIdentity() =>
        new(Folder, Authorities, Config, Audit, Storage.Time, NullLogger<HostIdentity>.Instance);

    internal void Reconfigure(string yaml)
    {
        _files.Write(yaml);
        Config.Reload(ConfigFiles.NoEnvironment);
    }

    public async ValueTask InitializeAsync() => await Audit.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Audit.StopAsync(CancellationToken.None);
        Audit.Dispose();
        Authorities.Dispose();
        Storage.Dispose();
        _folder.Dispose();
        _files.Dispose();
    }
}
