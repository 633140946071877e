using Bastion.Server.Configuration;
using Bastion.Testing;
using CsCheck;
using Xunit;

namespace Bastion.Server.Tests.Configuration;

public sealed class ConfigLoaderTests : IDisposable
{
    private static readonly string[] Fragments = ["- ", "? ", "<<: ", "---\n", "...\n", "null", "{a: {b: {c: ", "\u2028"];

    private readonly ConfigFiles _files = new();

    public void Dispose() => _files.Dispose();

    // Whatever is typed, cut off or pasted over a good file: it loads, or says what is wrong, and never fails in another way.
    [Fact]
    public void Load_DamagedFile_LoadsOrSaysWhatIsWrong()
    {
        string sample = File.ReadAllText(Path.Combine(Repository.Root, "config", "bastion.yaml"));
        Gen<string> damage = Gen.OneOf(
            Gen.Char["{}[]:#-,&*!|>'\"%@`\t\n\0 ~ü"].Array[0, 4].Select(letters => new string(letters)),
            Gen.String[0, 8],
            Gen.Int[0, Fragments.Length - 1].Select(index => Fragments[index]));

        Gen.Select(Gen.Int[0, sample.Length], Gen.Int[0, 40], damage).Sample((at, length, text) =>
        {
            string damaged = sample[..at] + text + sample[Math.Min(at + length, sample.Length)..];
            try
            {
                _files.Load(damaged);
            }
            catch (ConfigException exception)
            {
                Assert.NotEmpty(exception.Problems);
                Assert.All(exception.Problems, problem => Assert.Matches(@"[.?]\z", problem.Message));
            }
        }, iter: 3000, threads: 1);
    }

    [Theory]
    [InlineData("[a, b")]
    [InlineData("[a] b")]
    [InlineData("{a: b}\n---\nc")]
    public void LoadValue_NotOneValue_IsRefused(string text)
    {
        ConfigProblems problems = new("f");

        Assert.Null(ConfigLoader.LoadValue(text, "environment variable X", problems));
        Assert.StartsWith("environment variable X: the value is not valid YAML", problems.All.Single().ToString());
    }

    [Fact]
    public void Load_NestedBeyondReason_IsRefused() =>
        Assert.Contains(_files.Problems($"node: {new string('[', 10_000)}"), problem => problem.Contains("this is not valid YAML"));

    [Fact]
    public void Load_NotUtf8_IsRefused()
    {
        File.WriteAllBytes(_files.File, [0x6e, 0x6f, 0x64, 0x65, 0x3a, 0x20, 0xff, 0xfe]);

        ConfigException exception = Assert.Throws<ConfigException>(() => ConfigStore.Load(_files.File, ConfigFiles.NoEnvironment));

        Assert.Contains("the file cannot be read", exception.Message);
    }
}
