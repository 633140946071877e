using System.Text.Json;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests.Cli;

/// <summary>bastion user and bastion key: who may sign in, and with what.</summary>
public sealed class UserTests(CliBastion cli) : IClassFixture<CliBastion>
{
    [Fact(Timeout = 60_000)]
    public async Task User_AddUpdateShow_Agree()
    {
        await cli.CliAsync(0, "user", "add", "fay", "--groups", "dev, ops", "--attribute", "email=fay@example.com");
        await cli.CliAsync(0, "user", "update", "fay", "--groups", "");

        JsonElement user = await cli.JsonAsync("user", "show", "fay");
        Assert.Equal(("fay", "active", 0), (user.GetProperty("name").GetString(), user.GetProperty("status").GetString(), user.GetProperty("groups").GetArrayLength()));
        Assert.Equal("fay@example.com", user.GetProperty("attributes").GetProperty("email").GetString());
        string shown = (await cli.CliAsync(0, "user", "show", "fay")).Output;
        Assert.Contains("attributes  email=fay@example.com\n", shown, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Add_TakenName_IsRefused()
    {
        await cli.CliAsync(0, "user", "add", "gus");

        ProcessResult result = await cli.CliAsync(1, "user", "add", "gus");

        Assert.StartsWith("bastion: The name gus is taken.", result.Error, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(2, "user", "add", "Not A Name")]
    [InlineData(1, "user", "show", "nobody-here")]
    [InlineData(1, "user", "disable", "nobody-here")]
    [InlineData(1, "key", "remove", "SHA256:none")]
    public async Task User_RefusedOrUnknown_IsOneLineAndAnExitCode(int exitCode, params string[] arguments)
    {
        ProcessResult result = await cli.CliAsync(exitCode, arguments);

        Assert.Equal("", result.Output);
        Assert.StartsWith("bastion: ", Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Disable_EndsWhatTheUserHasOpen()
    {
        await cli.Bastion.AddUserAsync("hal", "dev");
        using OpenSshClient client = await World.ClientAsync(cli.Bastion, "hal");
        await using PtyProcess terminal = client.StartOnTerminal($"{World.Login}@web1@bastion");
        terminal.Type("echo open-$((1+1))\r");
        await terminal.ExpectAsync("open-2\r\n");

        ProcessResult result = await cli.CliAsync(0, "user", "disable", "hal");

        Assert.Equal("Disabled the user hal; live sessions ended: 1.\n", result.Output);
        Assert.NotEqual(0, await terminal.WaitForExitAsync());
        (await client.SshAsync($"{World.Login}@web1@bastion", "true")).ShouldExit(255);
    }

    [Fact(Timeout = 60_000)]
    public async Task Key_UntilItIsRemoved_SignsIn()
    {
        using var client = new OpenSshClient();
        await cli.Bastion.AddUserAsync("ida", "dev");
        KeyFile key = await SshKeygen.GenerateAsync(client.Folder, "id");
        World.Connect(client, cli.Bastion, "ida", key, withCertificate: false);
        (await client.SshAsync($"{World.Login}@web1@bastion", "true")).ShouldExit(255);

        await cli.CliAsync(0, "key", "add", key.PublicPath, "--user", "ida", "--expires", "1h");

        string id = (await cli.JsonAsync("key", "list", "--user", "ida")).GetProperty("items")[0].GetProperty("id").GetString()!;
        Assert.Contains(id, (await cli.CliAsync(0, "key", "list")).Output, StringComparison.Ordinal);
        (await client.SshAsync($"{World.Login}@web1@bastion", "true")).ShouldExit();
        await cli.CliAsync(0, "key", "remove", id);
        (await client.SshAsync($"{World.Login}@web1@bastion", "true")).ShouldExit(255);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("9999d")]
    [InlineData("2001-01-01")]
    public async Task Key_ExpiryOutOfBounds_IsAMistake(string expires)
    {
        using var client = new OpenSshClient();
        await cli.Bastion.CliAsync("user", "add", "jan");
        KeyFile key = await SshKeygen.GenerateAsync(client.Folder, "id");

        ProcessResult result = await cli.CliAsync(2, "key", "add", key.PublicPath, "--user", "jan", "--expires", expires);

        Assert.Contains("at most 366 days from now", result.Error, StringComparison.Ordinal);
    }
}
