namespace Bastion.Testing;

/// <summary>What a test wants in the configuration of its bastion, as YAML.</summary>
public sealed record BastionOptions
{
    /// <summary>Blocks below <c>targets:</c>, not indented.</summary>
    public string Targets { get; init; } = "";

    /// <summary>The list below <c>access:</c>, not indented.</summary>
    public string Access { get; init; } = "";

    /// <summary>More blocks of the top level.</summary>
    public string More { get; init; } = "";

    /// <summary>The name in the bastion's own host certificate.</summary>
    public string HostName { get; init; } = "bastion.test";

    internal string ToYaml(int port, string dataFolder) => $"""
        node: test
        data_dir: {dataFolder}
        listen:
          ssh: ["127.0.0.1:{port}"]
        host_names: [{HostName}]
        {More}
        targets:
        {Indent(Targets)}
        access:
        {Indent(Access)}

        """;

    private static string Indent(string block) => string.Join('\n', block.Split('\n').Select(line => $"  {line}"));
}
