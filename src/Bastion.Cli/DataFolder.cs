namespace Bastion.Cli;

// The data folder of the bastion to talk to: --data-dir, else BASTION_DATA_DIR, else var/ of the checkout that we are in, else the
// place of an installed one.
internal static class DataFolder
{
    internal const string Variable = "BASTION_DATA_DIR";

    internal const string Installed = "/var/lib/bastion";

    internal static string Find(string? option, Terminal terminal)
    {
        if (option is not null)
        {
            return Path.GetFullPath(option, terminal.CurrentFolder);
        }

        if (terminal.Environment.TryGetValue(Variable, out string? variable) && variable.Length > 0)
        {
            return Path.GetFullPath(variable, terminal.CurrentFolder);
        }

        for (string? folder = terminal.CurrentFolder; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "var");
            if (File.Exists(Path.Combine(folder, "Bastion.sln")) && Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return Installed;
    }

    internal static string Socket(string folder) => Path.Combine(folder, "admin.sock");
}
