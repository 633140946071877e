using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Bastion.Server.Configuration;

// YAML text to nodes with their lines. A small part of YAML is enough for a configuration: anchors, aliases, tags and several
// documents are refused, since each is a way to write something that reads differently from what it means.
internal sealed class ConfigLoader
{
    // Deepest nesting; the format needs five levels.
    private const int MaxDepth = 16;

    // Ten thousand targets with all their options; bounds what a wrong file can make us build.
    private const int MaxNodes = 1_000_000;

    private readonly Parser _parser;
    private readonly string _file;
    private readonly ConfigProblems _problems;
    private int _nodes;

    private ConfigLoader(Parser parser, string file, ConfigProblems problems)
    {
        _parser = parser;
        _file = file;
        _problems = problems;
    }

    // The root block; an empty file is an empty block. Null: not YAML at all, and the problem has been noted.
    internal static ConfigMapping? Load(string text, string file, ConfigProblems problems)
    {
        ConfigLoader loader = new(new Parser(new StringReader(text)), file, problems);
        try
        {
            return loader.ReadDocument();
        }
        catch (YamlException exception)
        {
            string message = exception.InnerException?.Message ?? exception.Message;
            problems.Add(new ConfigOrigin(file, (int)exception.Start.Line), "", $"this is not valid YAML: {message.TrimEnd('.')}.");
            return null;
        }
        catch (InvalidOperationException)
        {
            // The library's answer to marks of document ends in places where it does not expect them.
            int line = (int)(loader._parser.Current?.End.Line ?? 1);
            problems.Add(new ConfigOrigin(file, line), "", "this is not valid YAML from here on; look for stray '...', '---' or brackets.");
            return null;
        }
    }

    // One value in YAML's flow form, as it stands in an environment variable.
    internal static ConfigNode? LoadValue(string text, string source, ConfigProblems problems)
    {
        try
        {
            ConfigLoader loader = new(new Parser(new StringReader(text)), source, problems);
            loader._parser.Consume<StreamStart>();
            loader._parser.Consume<DocumentStart>();
            ConfigNode value = loader.ReadNode(0, new ConfigOrigin(source, 0));
            loader._parser.Consume<DocumentEnd>();
            loader._parser.Consume<StreamEnd>();
            return value;
        }
        catch (Exception exception) when (exception is YamlException or InvalidOperationException)
        {
            problems.Add(new ConfigOrigin(source, 0), "", $"the value is not valid YAML: {exception.Message.TrimEnd('.')}.");
            return null;
        }
    }

    private ConfigMapping? ReadDocument()
    {
        ConfigOrigin top = new(_file, 1);
        _parser.Consume<StreamStart>();
        if (Skipped<StreamEnd>())
        {
            return new ConfigMapping(top);
        }

        _parser.Consume<DocumentStart>();
        ConfigNode root = ReadNode(0, null);
        _parser.Consume<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
        {
            _problems.Add(Origin(second.Start), "", "a second document starts here; keep everything in one, without '---'.");
        }

        switch (root)
        {
            case ConfigMapping mapping:
                return mapping;
            case ConfigScalar { IsNull: true }:
                return new ConfigMapping(top);
            default:
                _problems.Add(root.Origin, "", $"the file holds {root.Noun}; it must hold keys such as 'listen:' and 'targets:'.");
                return null;
        }
    }

    private ConfigNode ReadNode(int depth, ConfigOrigin? fixedOrigin)
    {
        ParsingEvent next = _parser.Consume<ParsingEvent>();
        ConfigOrigin origin = fixedOrigin ?? Origin(next.Start);
        if (depth > MaxDepth || ++_nodes > MaxNodes)
        {
            throw new YamlException(next.Start, next.End, "the file is nested too deeply or too large");
        }

        switch (next)
        {
            case NodeEvent { Anchor.IsEmpty: false } or AnchorAlias:
                throw new YamlException(next.Start, next.End, "anchors (&) and aliases (*) are not supported; write the value out");
            case NodeEvent { Tag.IsEmpty: false }:
                throw new YamlException(next.Start, next.End, "tags (!) are not supported; write the value without");
            case Scalar scalar:
                return new ConfigScalar(origin, scalar.Value, scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null");
            case SequenceStart:
                ConfigSequence sequence = new(origin);
                while (!Skipped<SequenceEnd>())
                {
                    sequence.Items.Add(ReadNode(depth + 1, fixedOrigin));
                }

                return sequence;
            case MappingStart:
                ConfigMapping mapping = new(origin);
                while (!Skipped<MappingEnd>())
                {
                    ReadEntry(mapping, depth, fixedOrigin);
                }

                return mapping;
            default:
                throw new YamlException(next.Start, next.End, "a value is missing here");
        }
    }

    private void ReadEntry(ConfigMapping mapping, int depth, ConfigOrigin? fixedOrigin)
    {
        ParsingEvent next = _parser.Consume<ParsingEvent>();
        if (next is not Scalar key)
        {
            throw new YamlException(next.Start, next.End, "a key must be a plain word");
        }

        ConfigOrigin origin = fixedOrigin ?? Origin(key.Start);
        int earlier = mapping.IndexOf(key.Value);
        ConfigNode value = ReadNode(depth + 1, fixedOrigin);
        if (earlier >= 0)
        {
            int line = mapping.Entries[earlier].Origin.Line;
            _problems.Add(origin, key.Value, $"this key stands twice in the same block, first at line {line}; remove one.");
            return;
        }

        mapping.Entries.Add(new ConfigEntry(key.Value, origin, value));
    }

    private bool Skipped<T>()
        where T : ParsingEvent
    {
        bool found = _parser.Accept<T>(out _);
        if (found)
        {
            _parser.Consume<T>();
        }

        return found;
    }

    private ConfigOrigin Origin(Mark mark) => new(_file, (int)mark.Line);
}
