namespace Bastion.Server.Configuration;

// Lays environment variables over the file: BASTION__SECTION__KEY=value sets section.key, whatever the case of the letters. A value
// that starts with [ or { is read as YAML, everything else is taken as it stands. A number selects an item of a list.
internal static class ConfigEnvironment
{
    internal const string Prefix = "BASTION__";

    internal static void Apply(ConfigMapping root, IReadOnlyDictionary<string, string> environment, ConfigProblems problems)
    {
        // Sorted, so that two variables which differ only in case always give the same result.
        foreach ((string name, string value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                ApplyOne(root, name, value, problems);
            }
        }
    }

    private static void ApplyOne(ConfigMapping root, string name, string value, ConfigProblems problems)
    {
        ConfigOrigin origin = new($"environment variable {name}", 0);
        string[] path = name[Prefix.Length..].Split("__");
        if (path.Any(string.IsNullOrEmpty))
        {
            problems.Add(origin, "", "a part of the name is empty; write BASTION__SECTION__KEY.");
            return;
        }

        ConfigNode? node = value.StartsWith('[') || value.StartsWith('{')
            ? ConfigLoader.LoadValue(value, origin.Source, problems)
            : new ConfigScalar(origin, value, isNull: false);
        if (node is null)
        {
            return;
        }

        ConfigNode parent = root;
        for (int i = 0; i < path.Length; i++)
        {
            ConfigNode? child = i == path.Length - 1 ? node : null;
            ConfigNode? next = parent switch
            {
                ConfigMapping mapping => Step(mapping, path[i], child, origin),
                ConfigSequence sequence => Step(sequence, path[i], child),
                _ => null,
            };
            if (next is null)
            {
                problems.Add(origin, "", $"'{path[i]}' cannot be set: what stands before it is {parent.Noun}, or has no item of that number.");
                return;
            }

            parent = next;
        }
    }

    // The entry of that name, replaced by `child` if there is one, else followed (and made, when it is missing).
    private static ConfigNode Step(ConfigMapping mapping, string key, ConfigNode? child, ConfigOrigin origin)
    {
        int index = mapping.IndexOf(key, StringComparison.OrdinalIgnoreCase);
        if (index < 0)
        {
            ConfigNode made = child ?? new ConfigMapping(origin);
            mapping.Entries.Add(new ConfigEntry(key.ToLowerInvariant(), origin, made));
            return made;
        }

        ConfigEntry entry = mapping.Entries[index];
        ConfigNode value = child ?? (entry.Value is ConfigScalar { IsNull: true } ? new ConfigMapping(origin) : entry.Value);
        mapping.Entries[index] = new ConfigEntry(entry.Key, child is null ? entry.Origin : origin, value);
        return value;
    }

    private static ConfigNode? Step(ConfigSequence sequence, string key, ConfigNode? child)
    {
        if (!int.TryParse(key, out int index) || index < 0 || index >= sequence.Items.Count)
        {
            return null;
        }

        return child is null ? sequence.Items[index] : sequence.Items[index] = child;
    }
}
