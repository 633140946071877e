using System.CommandLine;
using System.Text.Json;
using Bastion.Cli.Admin;
using Bastion.Cli.Output;

namespace Bastion.Cli.Commands;

// One run of one command.
internal sealed class Invocation(CliEnvironment environment, ParseResult options, string? dataDir, bool json) : IDisposable
{
    private AdminClient? _api;

    internal CliEnvironment Environment { get; } = environment;

    internal bool Json { get; } = json;

    internal DataFolder DataFolder => field ??= DataFolder.Find(dataDir, Environment);

    internal AdminClient Api => _api ??= new AdminClient(DataFolder, AdminClient.DefaultTimeout);

    internal T? Get<T>(Option<T> option) => options.GetValue(option);

    internal T Get<T>(Argument<T> argument) => options.GetRequiredValue(argument);

    internal T? Find<T>(Argument<T> argument) => options.GetValue(argument);

    internal AdminClient ApiWithin(TimeSpan timeout) => _api ??= new AdminClient(DataFolder, timeout);

    internal void Print(string line) => Environment.Output.WriteLine(line);

    // The answer of the API as it came, or what `show` makes of it.
    internal int Print(string answer, Action<JsonElement> show)
    {
        if (Json)
        {
            if (answer.Length > 0)
            {
                Print(answer);
            }

            return ExitCode.Done;
        }

        if (answer.Length == 0)
        {
            show(default);
            return ExitCode.Done;
        }

        using JsonDocument document = JsonDocument.Parse(answer);
        show(document.RootElement);
        return ExitCode.Done;
    }

    // Nothing to list is an answer too: `empty` goes to standard error, so that a pipe stays empty.
    internal int PrintListing(string answer, string empty, params Column[] columns) => Print(answer, listing =>
    {
        JsonElement items = listing.GetProperty("items");
        if (items.GetArrayLength() == 0)
        {
            Environment.Error.WriteLine(empty);
        }
        else
        {
            TableView.Write(Environment, items, columns);
        }
    });

    internal string Cell(JsonElement item, string property) => CellText.Of(item, property, Environment.Time);

    public void Dispose() => _api?.Dispose();
}
