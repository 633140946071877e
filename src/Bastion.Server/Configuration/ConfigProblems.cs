namespace Bastion.Server.Configuration;

// One thing that is wrong, with its place, its key and what to write instead.
internal sealed record ConfigProblem(ConfigOrigin Origin, string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? $"{Origin}: {Message}" : $"{Origin}: {Path}: {Message}";
}

// Collects everything that is wrong with one configuration, so that its writer sees all of it at once. It also knows where each key
// was written, so that later checks can speak of keys and need not carry lines around.
internal sealed class ConfigProblems(string file)
{
    private readonly Dictionary<string, ConfigOrigin> _origins = new(StringComparer.Ordinal);
    private readonly List<ConfigProblem> _problems = [];

    internal bool Any => _problems.Count > 0;

    // In the order of the file, then those of the environment.
    internal IReadOnlyList<ConfigProblem> All =>
        [.. _problems.OrderBy(p => p.Origin.Line == 0).ThenBy(p => p.Origin.Line).ThenBy(p => p.Path, StringComparer.Ordinal)];

    internal void Place(string path, ConfigOrigin origin) => _origins[path] = origin;

    internal void Add(string path, string message) => _problems.Add(new ConfigProblem(Find(path), path, message));

    internal void Add(ConfigOrigin origin, string path, string message) => _problems.Add(new ConfigProblem(origin, path, message));

    // The key itself, else the nearest block around it: a missing key has no line of its own.
    private ConfigOrigin Find(string path)
    {
        while (path.Length > 0)
        {
            if (_origins.TryGetValue(path, out ConfigOrigin origin))
            {
                return origin;
            }

            int cut = path.LastIndexOfAny(['.', '[']);
            path = cut < 0 ? "" : path[..cut];
        }

        return new ConfigOrigin(file, 1);
    }
}

// A configuration that cannot be used. The message lists every problem, one a line; it is for the person who wrote the file.
internal sealed class ConfigException(IReadOnlyList<ConfigProblem> problems)
    : Exception(string.Join('\n', problems.Select(problem => problem.ToString())))
{
    internal IReadOnlyList<ConfigProblem> Problems { get; } = problems;
}
