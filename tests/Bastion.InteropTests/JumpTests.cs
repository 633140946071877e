using Bastion.Testing;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>ssh -J bastion login@target: the inner connection ends at the bastion too, under a host certificate for the target's name.</summary>
public sealed class JumpTests(World world)
{
    [Fact(Timeout = 60_000)]
    public async Task Jump_KnownHostsWithTheAuthorityOnly_ReachesTheTarget()
    {
        Assert.Single(await File.ReadAllLinesAsync(world.Alice.KnownHostsPath), line => line.Length > 0);

        ProcessResult result = await world.Alice.SshAsync("-J", "bastion", $"{World.Login}@web1", "id -un");

        Assert.Equal((0, $"{World.Login}\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact(Timeout = 60_000)]
    public async Task Jump_Inner_IsTheBastionNotTheTarget()
    {
        ProcessResult result = (await world.Alice.SshAsync("-v", "-J", "bastion", "web1", "true")).ShouldExit();

        Assert.Equal(2, result.Error.Split("remote software version Bastion").Length - 1);
        Assert.Contains("Server host certificate", result.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Jump_NameThatIsNoTarget_IsRefused()
    {
        ProcessResult result = (await world.Alice.SshAsync("-J", "bastion", "nosuch", "true")).ShouldExit(255);

        Assert.Contains("administratively prohibited", result.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Jump_ToTheTargetsAddress_IsRefused()
    {
        ProcessResult result = (await world.Alice.SshAsync("-W", $"127.0.0.1:{world.Web1.Port}", "bastion")).ShouldExit(255);

        Assert.Contains("administratively prohibited", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("SSH-2.0", result.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Jump_UserWithoutAccess_IsRefused() =>
        (await world.Bob.SshAsync("-J", "bastion", "web1", "true")).ShouldExit(255);

    [Fact(Timeout = 60_000)]
    public async Task Jump_InnerSignInAsSomebodyElse_IsRefused()
    {
        ProcessResult result = await world.Bob.SshAsync(
            "-o", $"ProxyCommand={Programs.Ssh} -F {world.Alice.ConfigPath} -W %h:%p bastion", "web1", "true");

        result.ShouldExit(255);
        Assert.Contains("Permission denied", result.Error, StringComparison.Ordinal);
    }
}
