using System.Globalization;

namespace Bastion.Server.Configuration;

// Reads the keys of one block with their types and bounds. Whatever is wrong becomes a problem and the default stands in for it, so
// that reading goes on and finds the rest. End() reports the keys that nobody asked for.
internal sealed class ConfigSection
{
    private readonly ConfigMapping? _node;
    private readonly string _path;
    private readonly ConfigProblems _problems;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    internal ConfigSection(ConfigMapping? node, string path, ConfigProblems problems)
    {
        _node = node;
        _path = path;
        _problems = problems;
        foreach (ConfigEntry entry in node?.Entries ?? [])
        {
            problems.Place(PathOf(entry.Key), entry.Origin);
        }
    }

    private string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    internal string Text(string key, string fallback) => OptionalText(key) ?? fallback;

    internal string? OptionalText(string key) => Scalar(key)?.Value;

    internal bool Flag(string key, bool fallback)
    {
        string? text = OptionalText(key);
        switch (text)
        {
            case null:
                return fallback;
            case "true":
                return true;
            case "false":
                return false;
            default:
                Problem(key, $"'{ConfigText.Show(text)}' is neither true nor false; write one of the two.");
                return fallback;
        }
    }

    internal int Number(string key, int fallback, int min, int max)
    {
        string? text = OptionalText(key);
        if (text is null)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= min && number <= max)
        {
            return number;
        }

        Problem(key, $"'{ConfigText.Show(text)}' is not a whole number from {min} to {max}; write one in that range.");
        return fallback;
    }

    internal TimeSpan Duration(string key, TimeSpan fallback, TimeSpan min, TimeSpan max)
    {
        string? text = OptionalText(key);
        if (text is null)
        {
            return fallback;
        }

        if (!ConfigUnits.TryParseDuration(text, out TimeSpan duration))
        {
            Problem(key, $"'{ConfigText.Show(text)}' is not a duration; {ConfigUnits.DurationForm}.");
            return fallback;
        }

        if (duration >= min && duration <= max)
        {
            return duration;
        }

        string range = $"from {ConfigUnits.Format(min)} to {ConfigUnits.Format(max)}";
        Problem(key, $"'{ConfigText.Show(text)}' is out of range; write a duration {range}.");
        return fallback;
    }

    internal long Size(string key, long fallback, long min)
    {
        string? text = OptionalText(key);
        if (text is null)
        {
            return fallback;
        }

        if (ConfigUnits.TryParseSize(text, out long size) && size >= min)
        {
            return size;
        }

        Problem(key, $"'{ConfigText.Show(text)}' is not a size of at least {min} bytes; {ConfigUnits.SizeForm}.");
        return fallback;
    }

    // One value stands for a list of one.
    internal IReadOnlyList<string> Texts(string key, IReadOnlyList<string> fallback)
    {
        switch (Take(key))
        {
            case null:
                return fallback;
            case ConfigScalar scalar:
                return [scalar.Value];
            case ConfigSequence sequence:
                List<string> texts = [];
                foreach ((ConfigNode item, int index) in sequence.Items.Select((item, index) => (item, index)))
                {
                    string path = $"{PathOf(key)}[{index}]";
                    _problems.Place(path, item.Origin);
                    if (item is ConfigScalar { IsNull: false } text)
                    {
                        texts.Add(text.Value);
                    }
                    else
                    {
                        _problems.Add(path, "every item of this list is a single, non-empty value; quote it if it is text.");
                    }
                }

                return texts;
            case ConfigNode other:
                Problem(key, $"a list is needed here, not {other.Noun}; write [\"a\", \"b\"].");
                return fallback;
        }
    }

    internal IReadOnlyDictionary<string, string> TextMap(string key)
    {
        ConfigSection section = Section(key);
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        foreach (ConfigEntry entry in section._node?.Entries ?? [])
        {
            map[entry.Key] = section.Text(entry.Key, "");
        }

        return map;
    }

    // An absent block reads as an empty one.
    internal ConfigSection Section(string key)
    {
        ConfigNode? node = Take(key);
        if (node is not null and not ConfigMapping)
        {
            Problem(key, $"a block of keys is needed here, not {node.Noun}; write its keys on the lines below, indented.");
        }

        return new ConfigSection(node as ConfigMapping, PathOf(key), _problems);
    }

    // The blocks of a block whose keys are names, such as targets.
    internal IEnumerable<(string Name, ConfigSection Section)> Named(string key)
    {
        ConfigSection section = Section(key);
        return (section._node?.Entries ?? []).Select(entry => (entry.Key, section.Section(entry.Key)));
    }

    // The blocks of a list, such as access rules.
    internal IEnumerable<ConfigSection> Blocks(string key)
    {
        ConfigNode? node = Take(key);
        if (node is not null and not ConfigSequence)
        {
            Problem(key, $"a list is needed here, not {node.Noun}; start each item with '- '.");
        }

        foreach ((ConfigNode item, int index) in (node as ConfigSequence)?.Items.Select((item, index) => (item, index)) ?? [])
        {
            string path = $"{PathOf(key)}[{index}]";
            _problems.Place(path, item.Origin);
            if (item is not ConfigMapping)
            {
                _problems.Add(path, $"a block of keys is needed here, not {item.Noun}.");
            }

            yield return new ConfigSection(item as ConfigMapping, path, _problems);
        }
    }

    internal void End()
    {
        foreach (ConfigEntry entry in _node?.Entries ?? [])
        {
            if (!_known.Contains(entry.Key))
            {
                string known = string.Join(", ", _known);
                _problems.Add(
                    entry.Origin,
                    PathOf(ConfigText.Show(entry.Key)),
                    $"this key is not known.{Suggestion.For(entry.Key, _known)} Known here: {known}.");
            }
        }
    }

    private void Problem(string key, string message) => _problems.Add(PathOf(key), message);

    private ConfigScalar? Scalar(string key)
    {
        ConfigNode? node = Take(key);
        if (node is null or ConfigScalar)
        {
            return node as ConfigScalar;
        }

        Problem(key, $"a single value is needed here, not {node.Noun}.");
        return null;
    }

    // Null when the key is absent or set to nothing.
    private ConfigNode? Take(string key)
    {
        _known.Add(key);
        int index = _node?.IndexOf(key) ?? -1;
        return index < 0 || _node!.Entries[index].Value is ConfigScalar { IsNull: true } ? null : _node.Entries[index].Value;
    }
}
