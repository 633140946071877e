namespace Bastion.Cli;

// Everything around the program that commands look at, so that a test can hold it.
internal sealed class CliEnvironment
{
    // Narrower windows would break every line of a table.
    private const int MinWidth = 40;

    // Of a terminal that does not say.
    private const int UsualWidth = 80;

    internal required TextWriter Output { get; init; }

    internal required TextWriter Error { get; init; }

    // In columns; null when no terminal shows the output, which is then neither wrapped nor coloured.
    internal required int? Width { get; init; }

    // Value of an environment variable, or null.
    internal required Func<string, string?> Variable { get; init; }

    internal required string CurrentFolder { get; init; }

    internal required TimeProvider Time { get; init; }

    internal static CliEnvironment OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Width = Console.IsOutputRedirected ? null : Console.WindowWidth is > 0 and int width ? Math.Max(width, MinWidth) : UsualWidth,
        Variable = Environment.GetEnvironmentVariable,
        CurrentFolder = Directory.GetCurrentDirectory(),
        Time = TimeProvider.System,
    };

    internal string FullPath(string path) => Path.GetFullPath(path, CurrentFolder);
}
