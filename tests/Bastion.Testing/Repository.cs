namespace Bastion.Testing;

/// <summary>Where the checkout is, and what was built in it.</summary>
public static class Repository
{
    /// <summary>The folder of Bastion.sln, above the program that runs.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A built program of src/, in the configuration of the program that runs (…/bin/Debug/net10.0/).</summary>
    public static string BuiltProgram(string project, string name)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string path = Path.Combine(Root, "src", project, "bin", output.Parent!.Name, output.Name, name);
        return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is not there: build the solution first.");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Bastion.sln")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException($"No Bastion.sln above {AppContext.BaseDirectory}.");
    }
}
