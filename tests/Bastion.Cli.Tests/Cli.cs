using Bastion.Cli.Commands;
using Microsoft.Extensions.Time.Testing;

namespace Bastion.Cli.Tests;

// The program in a room of its own: what it writes, what it sees around it, and its clock.
internal sealed class Cli
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    internal Cli(string currentFolder, DateTimeOffset? now = null, int? width = null)
    {
        Time = new FakeTimeProvider(now ?? TimeProvider.System.GetUtcNow());
        Environment = new CliEnvironment
        {
            Output = _output,
            Error = _error,
            Width = width,
            Variable = _variables.GetValueOrDefault,
            CurrentFolder = currentFolder,
            Time = Time,
        };
    }

    internal FakeTimeProvider Time { get; }

    internal CliEnvironment Environment { get; }

    internal string Output => _output.ToString();

    internal string Error => _error.ToString();

    internal Cli With(string variable, string value)
    {
        _variables[variable] = value;
        return this;
    }

    internal Task<int> RunAsync(params IReadOnlyList<string> arguments) => new BastionCommand(Environment).InvokeAsync(arguments);
}
