namespace Bastion.Server.Configuration;

// Where a value of the configuration was written: a file with a line, or an environment variable (line 0).
internal readonly record struct ConfigOrigin(string Source, int Line)
{
    public override string ToString() => Line > 0 ? $"{Source}:{Line}" : Source;
}

// A piece of the configuration with its place, before anyone knows what it means.
internal abstract class ConfigNode(ConfigOrigin origin)
{
    internal ConfigOrigin Origin { get; } = origin;

    // What the writer of the file would call it.
    internal abstract string Noun { get; }
}

internal sealed class ConfigScalar(ConfigOrigin origin, string value, bool isNull) : ConfigNode(origin)
{
    internal string Value { get; } = value;

    // `key:` with nothing behind it, `~` or `null`: the option keeps its default.
    internal bool IsNull { get; } = isNull;

    internal override string Noun => "a single value";
}

internal sealed class ConfigSequence(ConfigOrigin origin) : ConfigNode(origin)
{
    internal List<ConfigNode> Items { get; } = [];

    internal override string Noun => "a list";
}

internal sealed class ConfigMapping(ConfigOrigin origin) : ConfigNode(origin)
{
    // In the order of the file; keys are unique, which the loader checks.
    internal List<ConfigEntry> Entries { get; } = [];

    internal override string Noun => "a block of keys";

    internal int IndexOf(string key, StringComparison comparison = StringComparison.Ordinal) =>
        Entries.FindIndex(entry => entry.Key.Equals(key, comparison));
}

internal readonly record struct ConfigEntry(string Key, ConfigOrigin Origin, ConfigNode Value);
