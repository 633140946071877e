namespace Bastion.Cli;

// What scripts can count on.
internal static class ExitCode
{
    internal const int Done = 0;

    // The bastion said no, or has no such thing, or cannot be reached.
    internal const int Refused = 1;

    // The command line is wrong, or a value or file that it names.
    internal const int Usage = 2;
}
