using System.Text.Json;
using System.Text.Json.Nodes;
using Bastion.Cli.Output;

namespace Bastion.Cli.Diagnosis;

// One thing that was looked at, by the bastion or by us: ok, or what is wrong and what to do about it.
internal sealed record Finding(string Id, string Status, string Detail, string? Fix)
{
    internal const string FailedStatus = "failed";

    internal bool Failed => Status == FailedStatus;

    internal static Finding Ok(string id, string detail) => new(id, "ok", detail, null);

    internal static Finding Warn(string id, string detail, string fix) => new(id, "warning", detail, fix);

    internal static Finding Fail(string id, string detail, string fix) => new(id, FailedStatus, detail, fix);

    // A listing of the bastion's.
    internal static IReadOnlyList<Finding> ReadAll(string listing)
    {
        using JsonDocument document = JsonDocument.Parse(listing);
        return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(item => new Finding(
            CellText.Unescaped(item, "id"),
            CellText.Unescaped(item, "status"),
            CellText.Unescaped(item, "detail"),
            CellText.Unescaped(item, "fix") is { Length: > 0 } fix ? fix : null))];
    }

    internal JsonObject ToJson() => new() { ["id"] = Id, ["status"] = Status, ["detail"] = Detail, ["fix"] = Fix };
}
