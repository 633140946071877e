namespace Bastion.Testing;

/// <summary>Where the checkout is, and what was built in it.</summary>
public static class Repository
{
    /// <summary>The folder of Bastion.sln, above the program that runs.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release: that of the program that runs (…/bin/Debug/net10.0/).</summary>
    public static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>A built program of src/, in the same configuration.</summary>
    public static string BuiltProgram(string project, string name)
    {
        string path = Path.Combine(Root, "src", project, "bin", Configuration, new DirectoryInfo(AppContext.BaseDirectory).Name, name);
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
