using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>ssh bastion, without a target: what one may go to.</summary>
public sealed class ListingTests(World world)
{
    [Fact(Timeout = 60_000)]
    public async Task Listing_ForAScript_IsPlainLines()
    {
        ProcessResult result = (await world.Alice.SshAsync("bastion", "anything")).ShouldExit(1);

        string[] lines = (result.Output + result.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string target in (string[])["web1", "demo", "down", "wrong"])
        {
            Assert.Contains(lines, line => line.Split(' ', '\t')[0].EndsWith(target, StringComparison.Ordinal));
        }
        Assert.DoesNotContain('\u001b', result.Output + result.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Listing_ForAPerson_IsATable()
    {
        await using PtyProcess terminal = world.Alice.StartOnTerminal("bastion");

        await terminal.ExpectAsync("demo");
        await terminal.ExpectAsync("web1");

        Assert.Equal(0, await terminal.WaitForExitAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Listing_WithoutAnyAccess_NamesNoTarget()
    {
        ProcessResult result = (await world.Bob.SshAsync("bastion")).ShouldExit(1);

        Assert.DoesNotContain("web1", result.Output + result.Error, StringComparison.Ordinal);
    }
}
