using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>ssh login@target@bastion command: what the command writes and how it ends reach the client unchanged.</summary>
public sealed class ExecTests(World world)
{
    private static readonly string Web1 = $"{World.Login}@web1@bastion";

    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(255)]
    public async Task Exec_ExitCode_IsTheCommands(int code)
    {
        ProcessResult result = await world.Alice.SshAsync(Web1, $"exit {code}");

        Assert.Equal((code, "", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_OutputAndError_StayApart()
    {
        ProcessResult result = (await world.Alice.SshAsync(Web1, "echo out; echo err >&2; printf 'no newline'")).ShouldExit();

        Assert.Equal(("out\nno newline", "err\n"), (result.Output, result.Error));
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_KilledBySignal_TellsTheSignal()
    {
        ProcessResult result = (await world.Alice.SshAsync("-v", Web1, "kill -TERM $$")).ShouldExit(255);

        Assert.Contains("rtype exit-signal", result.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_EndOfInput_ReachesTheCommand()
    {
        ProcessResult result = await ProcessRunner.RunAsync(world.Alice.Ssh(Web1, "wc -c; echo over") with { Input = new PatternStream(100_001) });

        Assert.Equal("100001\nover\n", result.ShouldExit().Output);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("@")]
    [InlineData("+")]
    public async Task Exec_LoginAndTarget_InBothSpellings(string separator)
    {
        ProcessResult result = await world.Alice.SshAsync("-l", $"{World.Login}{separator}web1", "bastion", "id -un");

        Assert.Equal($"{World.Login}\n", result.ShouldExit().Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_LoginAndTarget_InAUri()
    {
        ProcessResult result = await world.Alice.SshAsync($"ssh://{World.Login}%40web1@bastion", "id -un");

        Assert.Equal($"{World.Login}\n", result.ShouldExit().Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_OnTarget_SignsInWithACertificateThatNamesTheUser()
    {
        (await world.Alice.SshAsync(Web1, "true")).ShouldExit();

        await world.Web1.WaitForLogAsync("user=alice");
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_UserWithoutAccess_IsRefusedWithOneLine()
    {
        ProcessResult result = (await world.Bob.SshAsync(Web1, "true")).ShouldExit(255);

        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Contains("web1", result.Error, StringComparison.Ordinal);
    }
}
