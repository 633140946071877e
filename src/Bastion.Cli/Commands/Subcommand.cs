using System.CommandLine;

namespace Bastion.Cli.Commands;

internal static class Subcommand
{
    // A command with its arguments and options, in the order of the help.
    internal static Command Make(
        string name, string description, Func<ParseResult, CancellationToken, Task<int>> action, params ReadOnlySpan<Symbol> symbols)
    {
        Command command = new(name, description);
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        command.SetAction(action);
        return command;
    }
}
