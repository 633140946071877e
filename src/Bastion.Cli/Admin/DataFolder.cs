namespace Bastion.Cli.Admin;

// The data folder of the bastion to talk to: --data-dir, else BASTION_DATA_DIR, else var/ of the checkout that we are in, else the
// place of an installed one.
internal sealed record DataFolder(string Root)
{
    internal const string Variable = "BASTION_DATA_DIR";

    internal const string Installed = "/var/lib/bastion";

    internal string Socket => Path.Combine(Root, "admin.sock");

    internal static DataFolder Find(string? option, CliEnvironment environment)
    {
        if (option is { Length: > 0 })
        {
            return new DataFolder(environment.FullPath(option));
        }

        if (environment.Variable(Variable) is { Length: > 0 } variable)
        {
            return new DataFolder(environment.FullPath(variable));
        }

        return new DataFolder(FindInCheckout(environment) ?? Installed);
    }

    private static string? FindInCheckout(CliEnvironment environment)
    {
        for (string? folder = environment.CurrentFolder; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "var");
            if (File.Exists(Path.Combine(folder, "Bastion.sln")) && Directory.Exists(candidate))
            {
                return IsOurs(candidate, environment)
                    ? candidate
                    : throw new CliException($"{candidate} belongs to another account. If it is the bastion that you mean, say so: --data-dir {candidate}");
            }
        }

        return null;
    }

    // A folder that was merely come across must not be a trap that somebody else has set, in /tmp for one: as git's safe.directory.
    private static bool IsOurs(string folder, CliEnvironment environment) =>
        FileOwner.Of(folder) is { } owner
        && (owner == FileOwner.Self || (uint.TryParse(environment.Variable("SUDO_UID"), out uint caller) && owner == caller));
}
