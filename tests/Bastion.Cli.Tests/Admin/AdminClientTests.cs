using System.Net.Sockets;
using Bastion.Cli.Admin;
using Bastion.Testing;
using Xunit;

namespace Bastion.Cli.Tests.Admin;

// Everything that can be wrong before a bastion has answered. What it answers is tested against a bastion.
public sealed class AdminClientTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Cli _cli;

    public AdminClientTests() => _cli = new Cli(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task Send_NoSocket_SaysHowToStart()
    {
        Assert.Equal(1, await ListUsersAsync());

        Assert.Equal(
            $"bastion: No bastion runs in {_folder.Root}. Start it (in a checkout: scripts/run, else: Bastion.Server --config FILE), "
            + "or name its data folder with --data-dir or BASTION_DATA_DIR.\n",
            _cli.Error);
    }

    [Fact(Timeout = 30_000)]
    public async Task Send_SocketOfADeadBastion_SaysThatItHasStopped()
    {
        using (Socket listener = Listen())
        {
            File.Move(_folder.File("admin.sock"), _folder.File("moved")); // or it would go with the listener
        }

        File.Move(_folder.File("moved"), _folder.File("admin.sock"));

        Assert.Equal(1, await ListUsersAsync());

        Assert.StartsWith($"bastion: The bastion in {_folder.Root} has stopped: nobody listens on its socket. Start it", _cli.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Send_ServerHangsUp_SaysWhoMay()
    {
        using Socket listener = Listen();
        Task hangUp = HangUpAsync(listener);

        Assert.Equal(1, await ListUsersAsync());
        await hangUp;

        Assert.StartsWith(
            $"bastion: The bastion in {_folder.Root} closed the connection. Only root and the account that runs it may: sudo ", _cli.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Send_ServerNeverAnswers_IsGivenUp()
    {
        using Socket listener = Listen();
        using AdminClient client = new(new DataFolder(_folder.Root), TimeSpan.FromMilliseconds(50));

        CliException exception = await Assert.ThrowsAsync<CliException>(() => client.GetAsync("users", TestContext.Current.CancellationToken));

        Assert.StartsWith($"The bastion in {_folder.Root} did not answer within 0 s.", exception.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Send_PathTooLongForASocket_SaysSo()
    {
        string path = _folder.File(new string('x', 100));

        Assert.Equal(2, await _cli.RunAsync("user", "list", "--data-dir", path));

        Assert.Contains("is too long for a Unix socket (at most 107 bytes)", _cli.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Health_NoBastion_IsOneLineAndExits1()
    {
        Assert.Equal(1, await _cli.RunAsync("doctor", "--health", "--data-dir", _folder.Root));

        Assert.Equal("", _cli.Output);
        Assert.Single(_cli.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact(Timeout = 30_000)]
    public async Task Doctor_NoBastion_NamesTheFixOfEachFailure()
    {
        Assert.Equal(1, await _cli.RunAsync("doctor", "--data-dir", _folder.Root));

        string[] lines = _cli.Output.TrimEnd('\n').Split('\n');
        Assert.Equal("", _cli.Error);
        Assert.Contains(lines, line => line.StartsWith("ok      data folder", StringComparison.Ordinal));
        int failed = Array.FindIndex(lines, line => line.StartsWith("failed  admin socket  No bastion runs", StringComparison.Ordinal));
        Assert.StartsWith("        fix: ", lines[failed + 1], StringComparison.Ordinal);
    }

    private Task<int> ListUsersAsync() => _cli.RunAsync("user", "list", "--data-dir", _folder.Root);

    private Socket Listen()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.File("admin.sock")));
        socket.Listen();
        return socket;
    }

    private static async Task HangUpAsync(Socket listener)
    {
        using Socket peer = await listener.AcceptAsync();
    }
}
