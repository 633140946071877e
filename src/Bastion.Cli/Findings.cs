using System.Text.Json;

namespace Bastion.Cli;

// What doctor and target check found: items with id, status, detail and fix.
internal static class Findings
{
    private const string FixIndent = "         → ";

    internal static void Write(Terminal terminal, string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonElement item in document.RootElement.GetProperty("items").EnumerateArray())
        {
            terminal.Output.WriteLine($"{Listing.Show(item, "status"),-8} {Listing.Show(item, "id")}: {Listing.Show(item, "detail")}");
            if (Listing.Show(item, "fix") is { Length: > 0 } fix)
            {
                terminal.Output.WriteLine(FixIndent + fix);
            }
        }
    }

    internal static bool AnyFailed(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("status").ValueEquals("failed"));
    }
}
