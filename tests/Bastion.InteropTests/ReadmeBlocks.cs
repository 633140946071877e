using Bastion.Testing;

namespace Bastion.InteropTests;

/// <summary>The commands of README.md: the code block behind each `journey: NAME` mark, as a reader would paste it.</summary>
internal static class ReadmeBlocks
{
    public static string Journey(string name)
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        const string Fence = "```";
        int mark = readme.IndexOf($"<!-- journey: {name} -->\n{Fence}sh\n", StringComparison.Ordinal);
        int start = readme.IndexOf('\n', readme.IndexOf(Fence, mark < 0 ? throw Missing(name) : mark, StringComparison.Ordinal)) + 1;
        int end = readme.IndexOf(Fence, start, StringComparison.Ordinal);
        return readme[start..end];
    }

    private static InvalidOperationException Missing(string name) => new($"README.md has no journey '{name}'.");
}
