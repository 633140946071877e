using System.Text.Json;
using System.Text.RegularExpressions;
using Bastion.Server.Configuration;
using Bastion.Testing;
using Xunit;

namespace Bastion.Server.Tests.Configuration;

// config/bastion.yaml is what people copy: it must load, name every option, and document the defaults that the program has.
public sealed partial class SampleFileTests
{
    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "config", "bastion.yaml");

    [Fact]
    public void SampleFile_AsItIs_Loads()
    {
        ConfigModel model = ConfigStore.Load(Path, ConfigFiles.NoEnvironment);

        Assert.Equal(System.IO.Path.Combine(Repository.Root, "var"), model.DataFolder.Root);
        Assert.True(model.Targets.ContainsKey("demo"));
    }

    [Fact]
    public void SampleFile_DocumentedDefaults_AreTheProgramsDefaults()
    {
        BastionConfig documented = Read(WithDocumentedDefaults(File.ReadAllLines(Path)));

        AssertSame(new BastionConfig(), documented with { Targets = [], Access = [] });
        TargetConfig demo = documented.Targets.Single(target => target.Name == "demo");
        AssertSame(new TargetConfig { Name = "demo" }, demo with { Command = [], RunAs = null });
        TargetConfig web1 = documented.Targets.Single(target => target.Name == "web1");
        AssertSame(new TargetConfig { Name = "web1" }, web1 with { Address = null });
    }

    [Fact]
    public void SampleFile_EveryOption_IsInIt()
    {
        string text = string.Join('\n', Uncommented(File.ReadAllLines(Path)));
        Type[] records = [
            typeof(BastionConfig), typeof(ListenConfig), typeof(CertificatesConfig), typeof(LimitsConfig), typeof(DialConfig), typeof(LogConfig),
            typeof(TargetConfig), typeof(HostKeyConfig), typeof(AccessRuleConfig)];
        IEnumerable<string> keys = records
            .SelectMany(record => record.GetProperties(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public))
            .Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name).Replace("breaker_", ""));

        Assert.All(keys, key => Assert.Matches($@"(?m)^\s*(- )?{key}:", text));
    }

    [Fact]
    public void SampleFile_EveryOptionAtTheTop_HasADefault()
    {
        string[] lines = File.ReadAllLines(Path);

        // A line with a value, before the targets, stands below a comment that says its default.
        for (int i = 0; i < Array.IndexOf(lines, "targets:"); i++)
        {
            if (KeyLine().Match(lines[i]) is { Success: true } key && key.Groups["value"].Length > 0)
            {
                Assert.Contains("# Default: ", lines[i - 1]);
            }
        }
    }

    private static BastionConfig Read(IEnumerable<string> lines)
    {
        ConfigProblems problems = new(Path);
        ConfigMapping root = ConfigLoader.Load(string.Join('\n', lines), Path, problems)!;
        BastionConfig config = ConfigReader.Read(root, problems);
        Assert.Empty(problems.All);
        return config;
    }

    // Every value replaced by the one that the comment above it calls the default.
    private static IEnumerable<string> WithDocumentedDefaults(string[] lines)
    {
        string? documented = null;
        foreach (string line in Uncommented(lines))
        {
            if (DefaultLine().Match(line) is { Success: true } comment)
            {
                documented = comment.Groups["value"].Value;
                yield return line;
                continue;
            }

            if (KeyLine().Match(line) is { Success: true } key)
            {
                yield return documented is not null && key.Groups["value"].Length > 0 ? $"{key.Groups["key"].Value}: {documented}" : line;
                documented = null;
                continue;
            }

            yield return line;
        }
    }

    // With the machine target and the account, which the sample cannot have in force.
    private static IEnumerable<string> Uncommented(string[] lines) =>
        lines.Select(line => CommentedTarget().Replace(line, "").Replace("# run_as:", "run_as:"));

    private static void AssertSame<T>(T expected, T actual)
    {
        JsonSerializerOptions options = new() { WriteIndented = true };
        Assert.Equal(JsonSerializer.Serialize(expected, options), JsonSerializer.Serialize(actual, options));
    }

    [GeneratedRegex(@"^\s*# Default: (?<value>.*)$")]
    private static partial Regex DefaultLine();

    [GeneratedRegex(@"^(?<key>\s*[a-z0-9_]+): *(?<value>[^#]*)$")]
    private static partial Regex KeyLine();

    [GeneratedRegex(@"^#(?=  |$)")]
    private static partial Regex CommentedTarget();
}
