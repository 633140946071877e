using Bastion.Server.Configuration;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Bastion.Server.Storage;

// The embedded database. SQLite in WAL mode: readers never wait. Writers take turns on a lock of our own, because SQLite's answer
// to a second writer is "busy" and a nap of its client library. A committed write is on the disk (synchronous=FULL).
internal sealed class Database : IDisposable
{
    private readonly string _connectionString;
    private readonly string _path;
    private readonly Lock _writing = new();

    // Columns are snake_case, the rows that they become are not.
    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    internal Database(string path)
    {
        _path = path;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            ForeignKeys = true,
            DefaultTimeout = 5, // seconds; only another program, such as a backup, can make us wait
        }.ConnectionString;
        CreatePrivately(path);
    }

    internal T Read<T>(Func<SqliteConnection, T> query)
    {
        using SqliteConnection connection = Open();
        return query(connection);
    }

    // All or nothing; the transaction is the connection's, so the statements need not name it.
    internal T Write<T>(Func<SqliteConnection, T> change)
    {
        lock (_writing)
        {
            using SqliteConnection connection = Open();
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            T result = change(connection);
            transaction.Commit();
            return result;
        }
    }

    // Brings the schema up to this program. Called once, before anything else uses the database.
    internal void Migrate(TimeProvider time)
    {
        try
        {
            using SqliteConnection connection = Open();
            connection.Execute("PRAGMA journal_mode = WAL");
            Migration.ApplyAll(connection, _path, time);
        }
        catch (SqliteException exception)
        {
            throw new StartupException(
                $"The database {_path} cannot be opened or brought up to date: {exception.Message} "
                + "It was left as it was; check the disk, or restore a backup.",
                exception);
        }
    }

    // "ok", or the first thing that is damaged. For `bastion doctor`; reads the whole file.
    internal string CheckIntegrity() => Read(connection => connection.QuerySingle<string>("PRAGMA quick_check(1)"));

    public void Dispose()
    {
        using SqliteConnection connection = new(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private SqliteConnection Open()
    {
        SqliteConnection connection = new(_connectionString);
        connection.Open();
        connection.Execute("PRAGMA synchronous = FULL");
        return connection;
    }

    // SQLite would make the file by the umask; its -wal and -shm files take over the mode of this one.
    private static void CreatePrivately(string path)
    {
        try
        {
            using FileStream file = new(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The database {path} cannot be opened: {exception.Message}", exception);
        }

        DataFolder.CheckPrivate(path, "600");
    }
}
