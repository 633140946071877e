using Bastion.Server.Storage;
using Bastion.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Bastion.Server.Tests.Storage;

// A database of its own with the present schema, and a clock that stands still.
public sealed class StorageFixture : IDisposable
{
    private readonly TempFolder _folder = new();

    public StorageFixture()
    {
        Database = new Database(_folder.File("bastion.db"));
        Database.Migrate(Time);
        Users = new UserStore(Database, Time);
        Keys = new KeyStore(Database);
        Certificates = new CertificateStore(Database);
        Sessions = new SessionStore(Database, Time);
        TargetKeys = new TargetKeyStore(Database, Time);
    }

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    internal string Path => _folder.File("bastion.db");

    internal Database Database { get; }

    internal UserStore Users { get; }

    internal KeyStore Keys { get; }

    internal CertificateStore Certificates { get; }

    internal SessionStore Sessions { get; }

    internal TargetKeyStore TargetKeys { get; }

    public void Dispose()
    {
        Database.Dispose();
        _folder.Dispose();
    }
}
