using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bastion.Cli;

// One column of a listing: its heading and the property of the items that it shows.
internal readonly record struct Column(string Heading, string Property);

// {"items":[…]} as a table, or one object as lines of `name  value`.
internal static class Listing
{
    internal static void Write(Terminal terminal, string json, string empty, params ReadOnlySpan<Column> columns)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement items = document.RootElement.GetProperty("items");
        if (items.GetArrayLength() == 0)
        {
            terminal.Output.WriteLine(empty);
            return;
        }

        Table table = new() { Border = TableBorder.None, ShowHeaders = true };
        foreach (Column column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.Heading, new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, 2, 0), NoWrap = true });
        }

        foreach (JsonElement item in items.EnumerateArray())
        {
            List<IRenderable> cells = [];
            foreach (Column column in columns)
            {
                cells.Add(new Text(Show(item, column.Property)));
            }

            table.AddRow(cells);
        }

        Console(terminal).Write(table);
    }

    internal static void WriteOne(Terminal terminal, string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonProperty[] properties = [.. document.RootElement.EnumerateObject().Where(property => property.Value.ValueKind != JsonValueKind.Null)];
        int width = properties.Max(property => property.Name.Length);
        foreach (JsonProperty property in properties)
        {
            terminal.Output.WriteLine($"{property.Name.PadRight(width)}  {Show(document.RootElement, property.Name)}");
        }
    }

    // A value in a cell: no control characters, times in one form, lists and maps on one line.
    internal static string Show(JsonElement item, string property) =>
        item.TryGetProperty(property, out JsonElement value) ? Terminal.Printable(Show(value)) : "";

    private static string Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.String => Time(value) ?? value.GetString()!,
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(Show)),
        JsonValueKind.Object => string.Join(' ', value.EnumerateObject().Select(entry => $"{entry.Name}={Show(entry.Value)}")),
        _ => value.GetRawText(),
    };

    // Only the form that the API writes times in: a name that happens to read like a date is none.
    private static string? Time(JsonElement value) =>
        value.GetString() is { Length: > 18 } text && text[4] == '-' && text[10] == 'T' && value.TryGetDateTimeOffset(out DateTimeOffset time)
            ? time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : null;

    private static IAnsiConsole Console(Terminal terminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal.Width is null ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = terminal.Width is null ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(terminal.Output),
        });
        // Wide enough that no row is ever broken when nobody looks at it.
        console.Profile.Width = terminal.Width ?? 10_000;
        return console;
    }
}
