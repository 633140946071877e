using System.CommandLine;
using Bastion.Cli.Api;

namespace Bastion.Cli.Commands;

// One run of one command.
internal sealed class Invocation(Terminal terminal, string dataFolder, ParseResult options, bool json) : IDisposable
{
    private AdminClient? _api;

    internal Terminal Terminal { get; } = terminal;

    internal string DataFolder { get; } = dataFolder;

    internal bool Json { get; } = json;

    internal AdminClient Api => _api ??= new AdminClient(DataFolder);

    internal T? Get<T>(Option<T> option) => options.GetValue(option);

    internal T Get<T>(Argument<T> argument) => options.GetRequiredValue(argument);

    internal T? Find<T>(Argument<T> argument) => options.GetValue(argument);

    internal void Print(string line) => Terminal.Output.WriteLine(line);

    // The answer of the API as it came, or what `text` makes of it.
    internal int Print(string answer, Action<string> text)
    {
        if (Json)
        {
            Print(answer);
        }
        else
        {
            text(answer);
        }

        return ExitCode.Done;
    }

    internal int PrintListing(string answer, string empty, params Column[] columns) =>
        Print(answer, text => Listing.Write(Terminal, text, empty, columns));

    internal string FullPath(string path) => Path.GetFullPath(path, Terminal.CurrentFolder);

    public void Dispose() => _api?.Dispose();
}
