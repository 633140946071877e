using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>A configuration is right as a whole, or it does not come into force.</summary>
public sealed class ConfigurationTests(World world)
{
    [Fact(Timeout = 60_000)]
    public async Task Start_WithSeveralErrors_ListsThemAllWithTheirLines()
    {
        using var folder = new TempFolder();
        string config = folder.Write("bastion.yaml", $"""
            data_dir: {folder.File("data")}
            listen: "2222"
            drain: soon
            targets:
              web1:
                address: "10.0.0.5"
                adress: "typo"
            """);

        ProcessResult result = await ProcessRunner.RunAsync(BastionProcess.ServerCommand(config));

        string[] lines = (result.Output + result.Error).Split('\n');
        Assert.NotEqual(0, result.ExitCode);
        foreach (string place in (string[])["bastion.yaml:2", "bastion.yaml:3", "bastion.yaml:7"])
        {
            Assert.Contains(lines, line => line.Contains(place, StringComparison.Ordinal));
        }
        Assert.DoesNotContain(lines, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Reload_GoodFile_ComesIntoForceWithoutARestart()
    {
        await using BastionProcess bastion = await World.StartBastionAsync($"web1: {World.Target(world.Web1)}", "nothing");
        world.Web1.TrustUserAuthority(bastion.Authority("target"));
        using OpenSshClient client = await World.ClientAsync(bastion, "alice");
        (await client.SshAsync($"{World.Login}@web1@bastion", "true")).ShouldExit(255);

        bastion.WriteConfig(bastion.Options with { Access = World.Access("dev", "web1") });
        await bastion.ReloadAsync();

        (await client.SshAsync($"{World.Login}@web1@bastion", "true")).ShouldExit();
    }

    [Fact(Timeout = 60_000)]
    public async Task Reload_BadFile_KeepsWhatIsInForce()
    {
        await using BastionProcess bastion = await World.StartBastionAsync($"web1: {World.Target(world.Web1)}", "web1");
        world.Web1.TrustUserAuthority(bastion.Authority("target"));
        using OpenSshClient client = await World.ClientAsync(bastion, "alice");

        bastion.WriteConfig(bastion.Options with { Access = "- { name: broken, groups: [dev], targets: [web1], logins: [root], allow: [everything] }" });
        await bastion.ReloadAsync();

        await bastion.WaitForLogAsync("everything");
        (await client.SshAsync($"{World.Login}@web1@bastion", "true")).ShouldExit();
    }
}
