using System.Text.Json;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests.Cli;

/// <summary>bastion session: who is where, and the end of it.</summary>
public sealed class SessionTests(CliBastion cli) : IClassFixture<CliBastion>
{
    [Fact(Timeout = 60_000)]
    public async Task Kill_LiveSession_IsOverAndRemembered()
    {
        await cli.Bastion.AddUserAsync("kim", "dev");
        using OpenSshClient client = await World.ClientAsync(cli.Bastion, "kim");
        await using PtyProcess terminal = client.StartOnTerminal($"{World.Login}@web1@bastion");
        terminal.Type("echo open-$((1+1))\r");
        await terminal.ExpectAsync("open-2\r\n");

        JsonElement live = Assert.Single((await cli.JsonAsync("session", "list", "--user", "kim")).GetProperty("items").EnumerateArray());
        string id = live.GetProperty("id").GetString()!;
        Assert.Equal(("web1", World.Login, "shell"), (Text(live, "target"), Text(live, "login"), Text(live, "kind")));
        Assert.Contains(id, (await cli.CliAsync(0, "session", "list", "--target", "web1")).Output, StringComparison.Ordinal);

        Assert.Equal("Ended the session.\n", (await cli.CliAsync(0, "session", "kill", id, "--reason", "maintenance")).Output);

        Assert.NotEqual(0, await terminal.WaitForExitAsync());
        await cli.CliAsync(1, "session", "kill", id);
        ProcessResult none = await cli.CliAsync(0, "session", "list", "--user", "kim");
        Assert.Equal(("", "There are no live sessions. Ended ones: bastion session list --all\n"), (none.Output, none.Error));
        JsonElement ended = await cli.ItemAsync(id, "session", "list", "--all", "--user", "kim");
        Assert.Equal("Killed", Text(ended, "end_reason"), ignoreCase: true);
        Assert.Contains("\nwhy          ", (await cli.CliAsync(0, "session", "show", id)).Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Show_UnknownSession_IsRefused() =>
        Assert.StartsWith("bastion: There is no session 'none'.", (await cli.CliAsync(1, "session", "show", "none")).Error, StringComparison.Ordinal);

    private static string? Text(JsonElement item, string property) => item.GetProperty(property).GetString();
}
