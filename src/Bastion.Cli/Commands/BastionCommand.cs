using System.CommandLine;
using System.CommandLine.Parsing;

namespace Bastion.Cli.Commands;

// The program: its global options, its commands, and the one place where a failure becomes a message and an exit code.
internal sealed class BastionCommand
{
    private readonly Terminal _terminal;
    private readonly RootCommand _root = new("Administers a bastion: users, keys, certificates, targets and sessions.");

    private readonly Option<string?> _dataDir = new("--data-dir")
    {
        Description = "Data folder of the bastion; default: $BASTION_DATA_DIR, var/ of the checkout, /var/lib/bastion",
        HelpName = "DIR",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON; listings as {\"items\":[…]}", Recursive = true };

    internal BastionCommand(Terminal terminal)
    {
        _terminal = terminal;
        _root.Add(_dataDir);
        _root.Add(_json);
        _root.Add(new UserCommand(this));
        _root.Add(new KeyCommand(this));
        _root.Add(new CertCommand(this));
        _root.Add(new CaCommand(this));
        _root.Add(new SshConfigCommand(this));
        _root.Add(new TargetCommand(this));
        _root.Add(new SessionCommand(this));
        _root.Add(new DoctorCommand(this));
    }

    internal async Task<int> InvokeAsync(string[] args)
    {
        ParseResult result = _root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (ParseError error in result.Errors)
            {
                await _terminal.Error.WriteLineAsync(Terminal.Printable(error.Message));
            }

            await _terminal.Error.WriteLineAsync($"See: {FullName(result.CommandResult)} --help");
            return ExitCode.Usage;
        }

        try
        {
            return await result.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = _terminal.Output,
                Error = _terminal.Error,
            });
        }
        catch (CommandFailedException exception)
        {
            await _terminal.Error.WriteLineAsync(Terminal.Printable(exception.Message));
            return exception.ExitCode;
        }
    }

    // The words that lead to a command; the root is called what the program is.
    private static string FullName(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{FullName(parent)} {command.Command.Name}" : "bastion";

    // What a command needs to run, from the options that are common to all.
    internal Func<ParseResult, Task<int>> Run(Func<Invocation, Task<int>> body) => async result =>
    {
        using Invocation invocation = new(_terminal, DataFolder.Find(result.GetValue(_dataDir), _terminal), result, result.GetValue(_json));
        return await body(invocation);
    };
}
