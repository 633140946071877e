using Bastion.Server.Configuration;
using Bastion.Server.Storage;
using Bastion.Testing;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Bastion.Server.Tests.Storage;

public sealed class DatabaseTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("bastion.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Migrate_NewFile_IsPrivateAndInWriteAheadMode()
    {
        using Database database = CreateSut();

        Assert.All(Directory.GetFiles(_folder.Root), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal("wal", database.Read(connection => connection.QuerySingle<string>("PRAGMA journal_mode")));
        Assert.Equal(2, database.Read(connection => connection.QuerySingle<int>("PRAGMA synchronous"))); // FULL
        Assert.Equal(1, database.Read(connection => connection.QuerySingle<int>("PRAGMA foreign_keys")));
        Assert.Equal("ok", database.CheckIntegrity());
    }

    [Fact]
    public void Migrate_Twice_AppliesEachMigrationOnce()
    {
        CreateSut().Dispose();
        using Database again = CreateSut();

        Assert.Equal(Migration.All.Count, again.Read(connection => connection.QuerySingle<int>("SELECT count(*) FROM schema_migration")));
    }

    [Fact]
    public void Migrations_AreNumberedWithoutGaps() =>
        Assert.Equal(Enumerable.Range(1, Migration.All.Count), Migration.All.Select(migration => migration.Number));

    [Fact]
    public void Migrate_DatabaseOfANewerProgram_IsRefused()
    {
        using (Database database = CreateSut())
        {
            database.Write(connection => connection.Execute("INSERT INTO schema_migration VALUES (9999, 'x', 0)"));
        }

        StartupException exception = Assert.Throws<StartupException>(() => CreateSut().Dispose());
        Assert.Contains("newer bastion (schema 9999", exception.Message);
    }

    [Fact]
    public void Migrate_FileThatIsNoDatabase_IsRefusedWithoutTouchingIt()
    {
        _folder.Write("bastion.db", "This is no database, but long enough to be looked at as if it were one, more than a header.");

        StartupException exception = Assert.Throws<StartupException>(() => CreateSut().Dispose());
        Assert.Contains(Path, exception.Message);
        Assert.StartsWith("This is no database", File.ReadAllText(Path));
    }

    [Fact]
    public void Open_FileThatOthersCanRead_IsRefused()
    {
        _folder.Write("bastion.db", "");
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupRead);

        StartupException exception = Assert.Throws<StartupException>(() => CreateSut().Dispose());
        Assert.Contains($"chmod 600 {Path}", exception.Message);
    }

    [Fact]
    public void Write_Failing_LeavesNothingBehind()
    {
        using Database database = CreateSut();

        Assert.Throws<SqliteException>(() => database.Write(connection =>
        {
            connection.Execute("INSERT INTO user (name, created) VALUES ('alice', 0)");
            return connection.Execute("INSERT INTO user (name, created) VALUES ('alice', 0)");
        }));

        Assert.Equal(0, database.Read(connection => connection.QuerySingle<int>("SELECT count(*) FROM user")));
    }

    [Fact(Timeout = 30_000)]
    public async Task Write_ManyAtOnce_NoneIsLostOrRefused()
    {
        using Database database = CreateSut();

        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => database.Write(connection =>
            connection.Execute("INSERT INTO user (name, created) VALUES (@name, 0)", new { name = $"u{i}" })))));

        Assert.Equal(32, database.Read(connection => connection.QuerySingle<int>("SELECT count(*) FROM user")));
    }

    private Database CreateSut()
    {
        Database database = new(Path);
        try
        {
            database.Migrate(TimeProvider.System);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}
