using System.Text.Json;
using Bastion.Testing;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests.Cli;

/// <summary>
/// A bastion for the tests of the CLI, which add users and keys to it. It is known as 127.0.0.1, so that what the CLI prints for clients
/// works as it stands. The group dev may go to web1 and to west1, where nobody listens.
/// </summary>
public sealed class CliBastion(World world) : IAsyncLifetime
{
    private FreePort? _nobody;

    public BastionProcess Bastion { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _nobody = FreePort.Reserve();
        Bastion = await BastionProcess.StartAsync(new BastionOptions
        {
            HostName = "127.0.0.1",
            Targets = $"""
                web1: {World.Target(world.Web1)}
                west1: {World.Target(_nobody.Number, world.Web1.HostKey.PublicLine)}
                """,
            Access = World.Access("dev", "web1", "west1"),
        });
        world.Web1.TrustUserAuthority(Bastion.Authority("target"));
    }

    public async Task<ProcessResult> CliAsync(int exitCode, params IReadOnlyList<string> arguments) =>
        (await Bastion.CliAsync(arguments)).ShouldExit(exitCode);

    /// <summary>What the command prints with --json.</summary>
    public async Task<JsonElement> JsonAsync(params IReadOnlyList<string> arguments)
    {
        using JsonDocument document = JsonDocument.Parse((await CliAsync(0, [.. arguments, "--json"])).Output);
        return document.RootElement.Clone();
    }

    /// <summary>The item of a listing with this id.</summary>
    public async Task<JsonElement> ItemAsync(string id, params IReadOnlyList<string> arguments) =>
        (await JsonAsync(arguments)).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("id").ToString() == id);

    public async ValueTask DisposeAsync()
    {
        await (Bastion?.DisposeAsync() ?? ValueTask.CompletedTask);
        _nobody?.Dispose();
    }
}
