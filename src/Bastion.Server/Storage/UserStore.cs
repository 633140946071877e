using Bastion.Server.Identity;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Bastion.Server.Storage;

// Users. They are added and disabled, never deleted: a name or id in an old audit record means the same person for ever.
internal sealed class UserStore(Database database, TimeProvider time)
{
    private const string Columns = "SELECT id, name, epoch, status, created FROM user";

    internal IReadOnlyList<UserRecord> List() => database.Read(connection => ReadAll(connection, $"{Columns} ORDER BY name", null));

    internal UserRecord? Find(string name) => database.Read(connection => FindByName(connection, name));

    internal UserRecord? Find(long id) =>
        database.Read(connection => ReadAll(connection, $"{Columns} WHERE id = @id", new { id }).SingleOrDefault());

    // Null: somebody has, or had, this name.
    internal UserRecord? Add(
        string name, IEnumerable<string> groups, IReadOnlyDictionary<string, string> attributes) => database.Write(connection =>
    {
        long? id = connection.QuerySingleOrDefault<long?>(
            "INSERT INTO user (name, created) VALUES (@name, @created) ON CONFLICT (name) DO NOTHING RETURNING id",
            new { name, created = time.GetUtcNow().ToUnixTimeMilliseconds() });
        if (id is null)
        {
            return null;
        }

        WriteGroups(connection, id.Value, groups);
        WriteAttributes(connection, id.Value, attributes);
        return FindByName(connection, name);
    });

    // What is null stays. Null: no such user.
    internal UserRecord? Update(
        string name, IEnumerable<string>? groups, IReadOnlyDictionary<string, string>? attributes) => database.Write(connection =>
    {
        if (FindByName(connection, name) is not { } user)
        {
            return null;
        }

        if (groups is not null)
        {
            connection.Execute("DELETE FROM user_group WHERE user_id = @Id", new { user.Id });
            WriteGroups(connection, user.Id, groups);
        }

        if (attributes is not null)
        {
            connection.Execute("DELETE FROM user_attribute WHERE user_id = @Id", new { user.Id });
            WriteAttributes(connection, user.Id, attributes);
        }

        return FindByName(connection, name);
    });

    // Raises the epoch, so that every certificate issued until now is void for good. Null: no such user.
    internal UserRecord? Disable(string name) => SetStatus(name, "UPDATE user SET status = 'disabled', epoch = epoch + 1 WHERE name = @name");

    internal UserRecord? Enable(string name) => SetStatus(name, "UPDATE user SET status = 'active' WHERE name = @name");

    private UserRecord? SetStatus(string name, string update) => database.Write(connection =>
    {
        connection.Execute(update, new { name });
        return FindByName(connection, name);
    });

    private static UserRecord? FindByName(SqliteConnection connection, string name) =>
        ReadAll(connection, $"{Columns} WHERE name = @name", new { name }).SingleOrDefault();

    private static List<UserRecord> ReadAll(SqliteConnection connection, string select, object? parameters)
    {
        List<UserRow> rows = [.. connection.Query<UserRow>(select, parameters)];
        bool one = rows.Count == 1;
        object? owner = one ? new { rows[0].Id } : null;
        string where = one ? " WHERE user_id = @Id" : "";
        ILookup<long, string> groups = connection
            .Query<(long UserId, string Name)>($"SELECT user_id, name FROM user_group{where} ORDER BY name", owner)
            .ToLookup(row => row.UserId, row => row.Name);
        ILookup<long, KeyValuePair<string, string>> attributes = connection
            .Query<(long UserId, string Name, string Value)>($"SELECT user_id, name, value FROM user_attribute{where} ORDER BY name", owner)
            .ToLookup(row => row.UserId, row => KeyValuePair.Create(row.Name, row.Value));
        return [.. rows.Select(row => row.ToRecord([.. groups[row.Id]], new Dictionary<string, string>(attributes[row.Id])))];
    }

    private static void WriteGroups(SqliteConnection connection, long id, IEnumerable<string> groups) =>
        connection.Execute(
            "INSERT INTO user_group (user_id, name) VALUES (@id, @name) ON CONFLICT DO NOTHING", groups.Select(name => new { id, name }));

    private static void WriteAttributes(SqliteConnection connection, long id, IReadOnlyDictionary<string, string> attributes) =>
        connection.Execute(
            "INSERT INTO user_attribute (user_id, name, value) VALUES (@id, @Key, @Value)",
            attributes.Select(pair => new { id, pair.Key, pair.Value }));

    private sealed record UserRow(long Id, string Name, long Epoch, string Status, long Created)
    {
        internal UserRecord ToRecord(IReadOnlyList<string> groups, IReadOnlyDictionary<string, string> attributes) => new()
        {
            Id = Id,
            Name = Name,
            Epoch = Epoch,
            // Anything but the one good word counts as disabled.
            Status = Status == "active" ? UserStatus.Active : UserStatus.Disabled,
            Created = DateTimeOffset.FromUnixTimeMilliseconds(Created),
            Groups = groups,
            Attributes = attributes,
        };
    }
}
