using Bastion.Server.Configuration;

namespace Bastion.Server.Tests.Configuration;

// Configuration text as a file in a folder of its own, gone with the test.
internal sealed class ConfigFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bastion-config-").FullName;

    internal string File => Path.Combine(_folder, "bastion.yaml");

    internal static readonly IReadOnlyDictionary<string, string> NoEnvironment = new Dictionary<string, string>();

    internal ConfigModel Load(string yaml, IReadOnlyDictionary<string, string>? environment = null)
    {
        Write(yaml);
        return ConfigStore.Load(File, environment ?? NoEnvironment);
    }

    // The problems of a configuration that must not load, without the folder of this run.
    internal string[] Problems(string yaml, IReadOnlyDictionary<string, string>? environment = null)
    {
        ConfigException exception = Xunit.Assert.Throws<ConfigException>(() => Load(yaml, environment));
        return [.. exception.Message.Split('\n').Select(line => line.Replace(_folder + "/", ""))];
    }

    internal void Write(string yaml) => System.IO.File.WriteAllText(File, yaml);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
