using System.Text;
using Bastion.Server.Access;
using Bastion.Server.Configuration;
using Bastion.Server.Identity;
using Bastion.Server.Targets;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

// The answer to `ssh bastion` without a target: a person at a terminal gets a table of what is open to them and how to get there, a script gets
// plain lines and a failure.
internal static class TargetListing
{
    // A script that forgot the target must not take the list for its command's output.
    private const uint ScriptStatus = 1;

    internal static void Send(SshChannel channel, ConfigModel config, UserRecord user, string login, TargetRequest request)
    {
        List<Row> rows = Rows(config, user);
        bool forPerson = request.Terminal is not null && request.Kind == ChannelKind.Shell;
        string text = forPerson ? Table(rows, user.Name, login).Replace("\n", "\r\n", StringComparison.Ordinal) : Lines(rows);
        channel.Send(Encoding.UTF8.GetBytes(text));
        channel.Request(new ExitStatusRequest(forPerson ? 0 : ScriptStatus));
        channel.SendEof();
        channel.Close();
    }

    internal static List<Row> Rows(ConfigModel config, UserRecord user) =>
    [
        .. config.Targets.Values.OrderBy(target => target.Name, StringComparer.Ordinal)
            .Select(target => RowOf(config.Access, user, target)).OfType<Row>(),
    ];

    internal static string Lines(IReadOnlyList<Row> rows) =>
        string.Concat(rows.Select(row => $"{row.Target}\t{row.Logins}\t{row.Kinds}\n"));

    internal static string Table(IReadOnlyList<Row> rows, string userName, string login)
    {
        if (rows.Count == 0)
        {
            return $"\nHello {userName}. No target is open to you; ask an administrator for access.\n\n";
        }

        int targetWidth = Width("TARGET", rows.Select(row => row.Target));
        int loginWidth = Width("LOGIN", rows.Select(row => row.Logins));
        StringBuilder table = new();
        table.Append($"\nHello {userName}. These targets are open to you:\n\n");
        Append("TARGET", "LOGIN", "YOU MAY USE");
        foreach (Row row in rows)
        {
            Append(row.Target, row.Logins, row.Kinds);
        }

        string example = rows[0].Target;
        string exampleLogin = rows[0].Logins.Contains('*', StringComparison.Ordinal) ? login : rows[0].Logins.Split(", ")[0];
        table.Append($"\nConnect with  ssh {exampleLogin}@{example}@<this bastion>  or  ssh -J <this bastion> {exampleLogin}@{example}\n\n");
        return table.ToString();

        void Append(string target, string logins, string kinds) =>
            table.Append("  ").Append(target.PadRight(targetWidth)).Append("  ").Append(logins.PadRight(loginWidth)).Append("  ").Append(kinds).Append('\n');
    }

    private static Row? RowOf(AccessModel access, UserRecord user, TargetModel target)
    {
        List<AccessRule> rules = [.. access.Rules.Where(rule => rule.Covers(user) && rule.Covers(target))];
        if (rules.Count == 0 || !access.CheckReach(user, target).Allowed)
        {
            return null;
        }

        string logins = string.Join(", ", rules.SelectMany(rule => rule.Logins).Select(login => login.Text).Distinct().Order(StringComparer.Ordinal));
        string kinds = string.Join(", ", rules.SelectMany(rule => rule.Allow).Distinct().Order().Select(kind => kind.ToString().ToLowerInvariant()));
        return new Row(target.Name, logins, kinds);
    }

    private static int Width(string head, IEnumerable<string> values) => Math.Max(head.Length, values.Max(value => value.Length));

    internal sealed record Row(string Target, string Logins, string Kinds);
}
