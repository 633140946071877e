using System.Collections.Frozen;
using Bastion.Server.Access;
using Bastion.Server.Identity;

namespace Bastion.Server.Configuration;

// `access`: every rule says who, where, as whom and what, each in words. A rule that leaves one out is an error and not a wildcard.
internal sealed class AccessValidator(ConfigProblems problems)
{
    private static readonly Dictionary<string, ChannelKind> Kinds = new(StringComparer.Ordinal)
    {
        ["shell"] = ChannelKind.Shell,
        ["exec"] = ChannelKind.Exec,
        ["sftp"] = ChannelKind.Sftp,
        ["subsystem"] = ChannelKind.Subsystem,
    };

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    internal AccessModel Validate(IReadOnlyList<AccessRuleConfig> rules) =>
        new([.. rules.Select((rule, index) => Rule(rule, $"access[{index}]"))]);

    private AccessRule Rule(AccessRuleConfig rule, string path)
    {
        Require(rule.Name.Length > 0, path, "a rule needs a 'name'; audit records and messages call it by that.");
        Require(rule.Name.Length == 0 || _names.Add(rule.Name), $"{path}.name", "another rule has this name; choose a different one.");
        Require(rule.Users.Count + rule.Groups.Count > 0, path, "the rule names nobody; add 'users' or 'groups'.");
        Require(rule.Targets.Count + rule.Labels.Count > 0, path, "the rule names no target; add 'targets' (\"*\" is all) or 'labels'.");
        Require(rule.Logins.Count > 0, path, "the rule names no login; add 'logins', the accounts on the target (\"*\" is all).");
        Require(rule.Allow.Count > 0, path, $"the rule allows nothing; add 'allow' with some of {string.Join(", ", Kinds.Keys)}.");
        CheckNames(rule.Users, $"{path}.users", "user");
        CheckNames(rule.Groups, $"{path}.groups", "group");
        return new AccessRule
        {
            Name = rule.Name,
            Users = rule.Users.ToFrozenSet(StringComparer.Ordinal),
            Groups = rule.Groups.ToFrozenSet(StringComparer.Ordinal),
            Targets = [.. rule.Targets.Select(target => new NamePattern(target))],
            Labels = [.. rule.Labels.Select(label => KeyValuePair.Create(label.Key, new NamePattern(label.Value)))],
            Logins = [.. rule.Logins.Select(login => new NamePattern(login))],
            Allow = AllowedKinds(rule.Allow, $"{path}.allow"),
        };
    }

    private FrozenSet<ChannelKind> AllowedKinds(IReadOnlyList<string> words, string path)
    {
        HashSet<ChannelKind> kinds = [];
        foreach ((string word, int index) in words.Select((word, index) => (word, index)))
        {
            if (Kinds.TryGetValue(word, out ChannelKind kind))
            {
                kinds.Add(kind);
                continue;
            }

            // Old scp, rsync and git are commands to the server: people look for words of their own.
            string hint = word is "scp" or "rsync" or "git" ? $" {word} is covered by 'exec'." : Suggestion.For(word, Kinds.Keys);
            problems.Add(
                $"{path}[{index}]", $"'{ConfigText.Show(word)}' cannot be allowed; write some of {string.Join(", ", Kinds.Keys)}.{hint}");
        }

        return kinds.ToFrozenSet();
    }

    private void CheckNames(IReadOnlyList<string> names, string path, string noun)
    {
        foreach ((string name, int index) in names.Select((name, index) => (name, index)))
        {
            Require(
                UserRecord.IsValidName(name),
                $"{path}[{index}]",
                $"'{ConfigText.Show(name)}' is not the name of a {noun}: lower-case letters, digits, '.', '_', '-', at most 32, a letter first.");
        }
    }

    private void Require(bool condition, string path, string message)
    {
        if (!condition)
        {
            problems.Add(path, message);
        }
    }
}
