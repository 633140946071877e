using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Bastion.Cli.Admin;
using Bastion.Cli.Output;

namespace Bastion.Cli.Commands;

// The program: the options that all commands share, the commands, and the one place where a failure becomes a message and an exit code.
internal sealed class BastionCommand
{
    private readonly CliEnvironment _environment;
    private readonly RootCommand _root = new("Administers a bastion: its users, keys, certificates, targets and sessions.");

    private readonly Option<string?> _dataDir = new("--data-dir")
    {
        Description = $"Data folder of the bastion; default: ${DataFolder.Variable}, var/ of the checkout, {DataFolder.Installed}",
        HelpName = "DIR",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON; a listing is {\"items\":[…]}", Recursive = true };

    internal BastionCommand(CliEnvironment environment)
    {
        _environment = environment;
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

    internal async Task<int> InvokeAsync(IReadOnlyList<string> args)
    {
        // No response files: `@name` is a word like any other.
        ParserConfiguration parser = new() { ResponseFileTokenReplacer = null };
        ParseResult result = _root.Parse(args, parser);
        if (result.Action is ParseErrorAction)
        {
            // A group without one of its commands is not a mistake as much as a question.
            if (result.CommandResult.Command.Action is null && result.UnmatchedTokens.Count == 0)
            {
                await _root.Parse([.. args, "--help"], parser).InvokeAsync(new InvocationConfiguration { Output = _environment.Error });
                return ExitCode.Usage;
            }

            return Fail($"{Mistakes(result)} See: {Path(result)} --help", ExitCode.Usage);
        }

        try
        {
            return await result.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = _environment.Output,
                Error = _environment.Error,
            });
        }
        catch (CliException exception)
        {
            return Fail(exception.Message, exception.ExitCode);
        }
    }

    // What a command needs to run, from the options that are common to all.
    internal Func<ParseResult, CancellationToken, Task<int>> Run(Func<Invocation, CancellationToken, Task<int>> body) => async (result, cancellationToken) =>
    {
        using Invocation invocation = new(_environment, result, result.GetValue(_dataDir), result.GetValue(_json));
        return await body(invocation, cancellationToken);
    };

    // One line, whatever is in it.
    private int Fail(string message, int exitCode)
    {
        _environment.Error.WriteLine($"bastion: {SafeText.Escape(string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))}");
        return exitCode;
    }

    private static string Mistakes(ParseResult result) => result.CommandResult.Command.Action is null && result.UnmatchedTokens is [string word, ..]
        ? $"There is no command or option '{word}'."
        : string.Join(' ', result.Errors.Select(error => error.Message).Distinct());

    // The command as it was typed, without its options: `bastion cert issue`.
    private static string Path(ParseResult result)
    {
        List<string> names = [];
        for (SymbolResult? symbol = result.CommandResult; symbol is CommandResult command; symbol = symbol.Parent)
        {
            names.Insert(0, command.Command is RootCommand ? "bastion" : command.Command.Name);
        }

        return string.Join(' ', names);
    }
}
