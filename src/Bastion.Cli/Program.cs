using Bastion.Cli.Commands;

namespace Bastion.Cli;

internal static class Program
{
    internal static Task<int> Main(string[] args) => new BastionCommand(CliEnvironment.OfProcess()).InvokeAsync(args);
}
