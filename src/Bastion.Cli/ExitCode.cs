namespace Bastion.Cli;

// What scripts can count on.
internal static class ExitCode
{
    internal const int Done = 0;

    // The bastion said no, or has no such thing, or cannot be reached.
    internal const int Refused = 1;

    // The command line, or a value on it, is wrong.
    internal const int Usage = 2;
}
