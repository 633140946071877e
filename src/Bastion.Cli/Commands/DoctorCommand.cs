using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bastion.Cli.Commands;

// Looks from outside (is there a data folder, does somebody answer) and then asks the bastion for what it sees from inside.
internal sealed class DoctorCommand : Command
{
    internal DoctorCommand(BastionCommand bastion)
        : base("doctor", "Look for what is wrong, and say how to mend it") => SetAction(bastion.Run(ExamineAsync));

    private static async Task<int> ExamineAsync(Invocation run)
    {
        JsonArray items = [Folder(run.DataFolder)];
        try
        {
            string answer = await run.Api.GetAsync("doctor");
            items.Add((JsonNode)Item("server", "ok", $"answers on {DataFolder.Socket(run.DataFolder)}", null));
            foreach (JsonNode? item in JsonNode.Parse(answer)!["items"]!.AsArray().ToArray())
            {
                items.Add(item!.DeepClone());
            }
        }
        catch (CommandFailedException exception)
        {
            items.Add((JsonNode)Item("server", "failed", exception.Message, "start it by hand and read what it says: Bastion.Server --config FILE"));
        }

        string json = new JsonObject { ["items"] = items }.ToJsonString();
        run.Print(json, text => Print(run, text));
        return items.Any(item => (string?)item!["status"] == "failed") ? ExitCode.Refused : ExitCode.Done;
    }

    private static void Print(Invocation run, string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonElement item in document.RootElement.GetProperty("items").EnumerateArray())
        {
            run.Print($"{Listing.Show(item, "status"),-8} {Listing.Show(item, "id")}: {Listing.Show(item, "detail")}");
            if (Listing.Show(item, "fix") is { Length: > 0 } fix)
            {
                run.Print($"         → {fix}");
            }
        }
    }

    private static JsonObject Folder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return Item("data folder", "failed", $"{folder} does not exist", $"start the bastion, or name its folder with --data-dir or {DataFolder.Variable}");
        }

        return (File.GetUnixFileMode(folder) & (UnixFileMode)0b111_111) == 0
            ? Item("data folder", "ok", folder, null)
            : Item("data folder", "failed", $"{folder} is open to other accounts", $"check who could have read the keys in it, then: chmod 700 {folder}");
    }

    private static JsonObject Item(string id, string status, string detail, string? fix) =>
        new() { ["id"] = id, ["status"] = status, ["detail"] = detail, ["fix"] = fix };
}
