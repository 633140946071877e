namespace Bastion.Cli.Admin;

// Builds the path of a request from what was typed. Nothing typed can leave its place in it.
internal static class ApiPath
{
    internal static string Of(string collection, string name, string? action = null)
    {
        // A path with these would be another path; no name may be them.
        if (name is "" or "." or "..")
        {
            throw new CliException($"'{name}' is no name.", ExitCode.Usage);
        }

        string path = $"{collection}/{Uri.EscapeDataString(name)}";
        return action is null ? path : $"{path}/{action}";
    }

    // Leaves out what is null.
    internal static string WithQuery(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        char separator = '?';
        foreach ((string name, string? value) in parameters)
        {
            if (value is not null)
            {
                path = $"{path}{separator}{name}={Uri.EscapeDataString(value)}";
                separator = '&';
            }
        }

        return path;
    }
}
