using System.Text.Json;
using Bastion.Testing;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests.Cli;

/// <summary>bastion doctor, and who may use the CLI at all.</summary>
public sealed class DoctorTests(CliBastion cli, World world) : IClassFixture<CliBastion>
{
    private static readonly string Program = Repository.BuiltProgram("Bastion.Cli", "bastion");

    [Fact(Timeout = 60_000)]
    public async Task Doctor_HealthyBastion_FindsNothing()
    {
        ProcessResult result = await cli.CliAsync(0, "doctor");

        Assert.DoesNotContain(result.Output.Split('\n'), line => line.StartsWith("failed", StringComparison.Ordinal));
        foreach (string looked in (string[])["data folder", "admin socket", "clock here", "database", "audit log", "configuration"])
        {
            Assert.Equal("ok", (await cli.ItemAsync(looked, "doctor")).GetProperty("status").GetString());
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Health_FollowsTheBastion()
    {
        await using BastionProcess bastion = await World.StartBastionAsync($"web1: {World.Target(world.Web1)}", "web1");
        Assert.Equal("ok\n", (await bastion.CliAsync("doctor", "--health")).ShouldExit().Output);

        bastion.Kill();
        await bastion.WaitForExitAsync(TimeSpan.FromSeconds(15));

        ProcessResult result = (await bastion.CliAsync("doctor", "--health")).ShouldExit(1);
        Assert.StartsWith($"bastion: The bastion in {bastion.DataFolder} has stopped", Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Doctor_FolderOpenToOthers_FailsWithTheCommandThatMendsIt()
    {
        await using BastionProcess bastion = await World.StartBastionAsync($"web1: {World.Target(world.Web1)}", "web1");
        File.SetUnixFileMode(bastion.DataFolder, File.GetUnixFileMode(bastion.DataFolder) | UnixFileMode.GroupRead);

        string[] lines = (await bastion.CliAsync("doctor")).ShouldExit(1).Output.Split('\n');

        int failed = Array.FindIndex(lines, line => line.StartsWith("failed  data folder", StringComparison.Ordinal));
        Assert.EndsWith($"chmod 700 {bastion.DataFolder}", lines[failed + 1], StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Doctor_ReportsWhatIsWrong_AsJsonToo()
    {
        await using BastionProcess bastion = await World.StartBastionAsync($"web1: {World.Target(world.Web1)}", "web1");
        File.AppendAllText(bastion.ConfigPath, "nonsense: true\n");

        ProcessResult result = (await bastion.CliAsync("doctor", "--json")).ShouldExit(1);

        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement configuration = document.RootElement.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("id").GetString() == "configuration");
        Assert.Equal("failed", configuration.GetProperty("status").GetString());
        Assert.NotEqual("", configuration.GetProperty("fix").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Cli_TheFolderInTheEnvironment_IsFound()
    {
        ProcessRequest request = new(Program, "user", "list") { Environment = new Dictionary<string, string?> { ["BASTION_DATA_DIR"] = cli.Bastion.DataFolder } };

        (await ProcessRunner.RunAsync(request)).ShouldExit();
    }

    // Root is let in everywhere, so as another account; any other account is kept out by a folder that nobody may look into.
    [Fact(Timeout = 60_000)]
    public async Task Cli_AccountWithoutTheRight_IsToldWhoMay()
    {
        using var folder = new TempFolder();
        string closed = Directory.CreateDirectory(folder.File("data"), UnixFileMode.None).FullName;
        bool root = Environment.IsPrivilegedProcess;
        string data = root ? cli.Bastion.DataFolder : closed;
        string[] command = [Program, "user", "list", "--data-dir", data];
        ProcessRequest request = root
            ? new(Programs.Find("setpriv", "util-linux"), ["--reuid=65534", "--regid=65534", "--clear-groups", .. command])
            : new(command[0], command[1..]);

        ProcessResult result = (await ProcessRunner.RunAsync(request with { WorkingDirectory = "/" })).ShouldExit(1);

        Assert.StartsWith(
            $"bastion: This account may not use the bastion in {data}. Only root and the account that runs it may: sudo ", result.Error, StringComparison.Ordinal);
    }
}
