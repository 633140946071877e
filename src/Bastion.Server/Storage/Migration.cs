using System.Globalization;
using System.Reflection;
using Bastion.Server.Configuration;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Bastion.Server.Storage;

// One numbered SQL file, `0001_initial.sql`, built into the program. A file that has been released is never edited: what is to change
// gets the next number. Each is applied once, in a transaction of its own, and noted in schema_migration.
internal sealed record Migration(int Number, string Name, string Sql)
{
    private const string Prefix = "Bastion.Server.Storage.Migrations.";

    // In the order of their numbers, which have no gaps.
    internal static IReadOnlyList<Migration> All { get; } = [.. ReadAll()];

    internal static void ApplyAll(SqliteConnection connection, string path, TimeProvider time)
    {
        connection.Execute(
            "CREATE TABLE IF NOT EXISTS schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied INTEGER NOT NULL) STRICT");
        int current = connection.QuerySingle<int>("SELECT coalesce(max(number), 0) FROM schema_migration");
        if (current > All[^1].Number)
        {
            throw new StartupException(
                $"The database {path} was written by a newer bastion (schema {current}, known here: {All[^1].Number}). "
                + "Run that version, or restore a backup.");
        }

        foreach (Migration migration in All.Where(migration => migration.Number > current))
        {
            migration.Apply(connection, time.GetUtcNow());
        }
    }

    private void Apply(SqliteConnection connection, DateTimeOffset now)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        connection.Execute(Sql, transaction: transaction);
        connection.Execute(
            "INSERT INTO schema_migration (number, name, applied) VALUES (@Number, @Name, @Applied)",
            new { Number, Name, Applied = now.ToUnixTimeMilliseconds() },
            transaction);
        transaction.Commit();
    }

    private static IEnumerable<Migration> ReadAll()
    {
        Assembly assembly = typeof(Migration).Assembly;
        IEnumerable<string> resources = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        foreach (string resource in resources.Order(StringComparer.Ordinal))
        {
            string file = resource[Prefix.Length..];
            using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
            yield return new Migration(int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file, reader.ReadToEnd());
        }
    }
}
