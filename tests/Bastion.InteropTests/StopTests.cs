using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>SIGTERM: nobody new, those who work may finish, and then the process ends by itself.</summary>
public sealed class StopTests(World world)
{
    [Fact(Timeout = 90_000)]
    public async Task Terminate_WithALiveSession_RefusesNewOnesAndWaitsForIt()
    {
        await using BastionProcess bastion = await World.StartBastionAsync($"web1: {World.Target(world.Web1)}", "web1", "drain: 60s");
        world.Web1.TrustUserAuthority(bastion.Authority("target"));
        using OpenSshClient client = await World.ClientAsync(bastion, "alice");
        await using PtyProcess terminal = client.StartOnTerminal($"{World.Login}@web1@bastion");
        terminal.Type("echo working-$((1+1))\r");
        await terminal.ExpectAsync("working-2\r\n");

        bastion.Terminate();
        await bastion.WaitUntilClosedAsync();

        (await client.SshAsync($"{World.Login}@web1@bastion", "true")).ShouldExit(255);
        terminal.Type("echo still-$((2+2)); exit\r");
        await terminal.ExpectAsync("still-4\r\n");
        Assert.Equal(0, await terminal.WaitForExitAsync());
        Assert.Equal(0, await bastion.WaitForExitAsync(TimeSpan.FromSeconds(15)));
    }

    [Fact(Timeout = 90_000)]
    public async Task Terminate_DrainTimeOver_EndsTheSessions()
    {
        await using BastionProcess bastion = await World.StartBastionAsync($"web1: {World.Target(world.Web1)}", "web1", "drain: 1s");
        world.Web1.TrustUserAuthority(bastion.Authority("target"));
        using OpenSshClient client = await World.ClientAsync(bastion, "alice");
        await using PtyProcess terminal = client.StartOnTerminal($"{World.Login}@web1@bastion");
        terminal.Type("echo working-$((1+1))\r");
        await terminal.ExpectAsync("working-2\r\n");

        bastion.Terminate();

        Assert.Equal(255, await terminal.WaitForExitAsync());
        Assert.Equal(0, await bastion.WaitForExitAsync(TimeSpan.FromSeconds(15)));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("SIGTERM")]
    [InlineData("SIGINT")]
    public async Task Stop_WithoutSessions_IsImmediate(string signal)
    {
        await using BastionProcess bastion = await World.StartBastionAsync($"web1: {World.Target(world.Web1)}", "web1", "drain: 60s");

        if (signal == "SIGINT")
        {
            bastion.Interrupt();
        }
        else
        {
            bastion.Terminate();
        }

        Assert.Equal(0, await bastion.WaitForExitAsync(TimeSpan.FromSeconds(15)));
    }
}
