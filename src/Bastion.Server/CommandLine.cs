namespace Bastion.Server;

// The server's few options. Everything else is in the configuration file.
internal sealed record CommandLine(string ConfigFile, bool CheckOnly)
{
    internal const string Usage = """
        Usage: Bastion.Server --config FILE [--check]

          --config FILE   the configuration; default /etc/bastion/bastion.yaml
          --check         read the configuration, report every problem, and exit
          --version       print the version
          --help          print this text

        Signals: TERM and INT stop after draining live sessions, HUP reloads the configuration.
        Exit codes: 0 stopped, 1 could not start or failed, 2 wrong options or configuration.
        """;

    // Null: the options are wrong, and `error` says how.
    internal static CommandLine? Parse(string[] args, out string error)
    {
        string file = "/etc/bastion/bastion.yaml";
        bool check = false;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--check":
                    check = true;
                    break;
                case "--config" when i + 1 < args.Length:
                    file = args[++i];
                    break;
                case "--config":
                    error = "--config needs the name of a file.";
                    return null;
                case string other when other.StartsWith("--config=", StringComparison.Ordinal):
                    file = other["--config=".Length..];
                    break;
                default:
                    error = $"The option '{Configuration.ConfigText.Show(args[i])}' is not known.";
                    return null;
            }
        }

        error = "";
        return new CommandLine(file, check);
    }
}
