using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>Targets that cannot be used: the client gets one line that names the target and the cause, and ssh's own exit code 255.</summary>
public sealed class TargetFailureTests(World world)
{
    [Theory(Timeout = 60_000)]
    [InlineData("wrong", "host key")]
    [InlineData("down", "refused")]
    public async Task Exec_UnusableTarget_SaysWhyInOneLine(string target, string cause)
    {
        ProcessResult result = (await world.Alice.SshAsync($"{World.Login}@{target}@bastion", "echo never")).ShouldExit(255);

        Assert.Equal("", result.Output);
        AssertOneLine(result, target, cause);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("wrong", "host key")]
    [InlineData("down", "refused")]
    public async Task Jump_UnusableTarget_SaysWhy(string target, string cause)
    {
        ProcessResult result = (await world.Alice.SshAsync("-J", "bastion", target, "echo never")).ShouldExit(255);

        Assert.Equal("", result.Output);
        Assert.Contains(result.Error.Split('\n'), line =>
            line.Contains(target, StringComparison.Ordinal) && line.Contains(cause, StringComparison.OrdinalIgnoreCase));
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_UnknownTarget_SaysSoInOneLine()
    {
        ProcessResult result = (await world.Alice.SshAsync($"{World.Login}@nosuch@bastion", "true")).ShouldExit(255);

        AssertOneLine(result, "nosuch", "target");
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_LoginThatTheRuleDoesNotName_IsRefused()
    {
        ProcessResult result = (await world.Alice.SshAsync("somebody@web1@bastion", "true")).ShouldExit(255);

        AssertOneLine(result, "web1", "somebody");
    }

    [Fact(Timeout = 60_000)]
    public async Task Exec_TargetThatDoesNotTrustTheBastion_SaysWhyInOneLine()
    {
        await using OpenSshServer stranger = await OpenSshServer.StartAsync(new OpenSshServerOptions());
        await using var bastion = await World.StartBastionAsync($"stranger: {World.Target(stranger)}", "stranger");
        using OpenSshClient client = await World.ClientAsync(bastion, "alice");

        ProcessResult result = (await client.SshAsync($"{World.Login}@stranger@bastion", "true")).ShouldExit(255);

        AssertOneLine(result, "stranger", "does not let the bastion in");
    }

    [Fact(Timeout = 60_000)]
    public async Task Session_TargetGoesDown_EndsWithOneLine()
    {
        await using OpenSshServer target = await OpenSshServer.StartAsync(new OpenSshServerOptions());
        await using var bastion = await World.StartBastionAsync($"web2: {World.Target(target)}", "web2");
        target.TrustUserAuthority(bastion.Authority("target"));
        using OpenSshClient client = await World.ClientAsync(bastion, "alice");
        await using PtyProcess terminal = client.StartOnTerminal($"{World.Login}@web2@bastion");
        terminal.Type("echo up-$((1+1))\r");
        await terminal.ExpectAsync("up-2\r\n");

        await target.StopAsync();

        await terminal.ExpectAsync("the connection to target web2 was lost.*\r\n");
        Assert.Equal(255, await terminal.WaitForExitAsync());
    }

    private static void AssertOneLine(ProcessResult result, string target, string cause)
    {
        string line = Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Contains(target, line, StringComparison.Ordinal);
        Assert.Contains(cause, line, StringComparison.OrdinalIgnoreCase);
    }
}
