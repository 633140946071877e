namespace Bastion.Cli;

// Ends a command with one line for the person at the keyboard: what is wrong and what to do next. Caught in one place, BastionCommand.
internal sealed class CliException(string message, int exitCode = ExitCode.Refused) : Exception(message)
{
    internal int ExitCode { get; } = exitCode;
}
