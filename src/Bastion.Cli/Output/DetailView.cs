using System.Text.Json;

namespace Bastion.Cli.Output;

// One object as lines of name and value; what is empty is left out.
internal static class DetailView
{
    internal static void Write(CliEnvironment environment, JsonElement item, params ReadOnlySpan<Column> columns)
    {
        int width = 0;
        foreach (Column column in columns)
        {
            width = Math.Max(width, column.Heading.Length);
        }

        foreach (Column column in columns)
        {
            if (CellText.Of(item, column.Property, environment.Time) is { Length: > 0 } text)
            {
                environment.Output.WriteLine($"{column.Heading.PadRight(width)}  {text}");
            }
        }
    }
}
