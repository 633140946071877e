using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bastion.Cli.Output;

// {"items":[…]} as a table: a heading, one row per item, no lines. In a pipe every row is one line, however long.
internal static class TableView
{
    // Wider than any row, for when nobody looks at it.
    private const int Unlimited = 10_000;

    internal static void Write(CliEnvironment environment, JsonElement items, params ReadOnlySpan<Column> columns)
    {
        Table table = new() { Border = TableBorder.None };
        foreach (Column column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.Heading, new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (JsonElement item in items.EnumerateArray())
        {
            List<IRenderable> cells = [];
            foreach (Column column in columns)
            {
                cells.Add(new Text(CellText.Of(item, column.Property, environment.Time)));
            }

            table.AddRow(cells);
        }

        if (environment.Width is { } width)
        {
            Render(table, environment.Output, AnsiSupport.Detect, width);
            return;
        }

        using StringWriter text = new();
        Render(table, text, AnsiSupport.No, Unlimited);
        foreach (ReadOnlySpan<char> line in text.ToString().AsSpan().TrimEnd('\n').EnumerateLines())
        {
            environment.Output.WriteLine(line.TrimEnd(' '));
        }
    }

    private static void Render(Table table, TextWriter output, AnsiSupport ansi, int width)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi,
            ColorSystem = ansi == AnsiSupport.No ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = width;
        console.Write(table);
    }
}
