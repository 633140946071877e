using System.Text.Json;

namespace Bastion.Cli.Output;

// A JSON value on one line for people.
internal static class CellText
{
    // Empty for a property that is null or not there: an older bastion may not have it.
    internal static string Of(JsonElement item, string property, TimeProvider clock) =>
        item.TryGetProperty(property, out JsonElement value) ? SafeText.Escape(Raw(value, clock)) : "";

    // The text as it is, for files and for comparing; empty when there is none.
    internal static string Unescaped(JsonElement item, string property) =>
        item.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Raw(JsonElement value, TimeProvider clock) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.String => IsTime(value, out DateTimeOffset time) ? TimeText.Local(time, clock) : value.GetString()!,
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(item => Raw(item, clock))),
        JsonValueKind.Object => string.Join(' ', value.EnumerateObject().Select(entry => $"{entry.Name}={Raw(entry.Value, clock)}")),
        _ => value.GetRawText(),
    };

    // Only the form that the API writes times in: a name that happens to read like a date is none.
    private static bool IsTime(JsonElement value, out DateTimeOffset time)
    {
        time = default;
        return value.GetString() is { Length: >= 20 } text && text[4] == '-' && text[10] == 'T' && text[13] == ':' && value.TryGetDateTimeOffset(out time);
    }
}
