using System.Security.Cryptography;
using Bastion.Testing;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>Bulk data and files: every byte arrives, in order, on the stream where it belongs.</summary>
public sealed class TransferTests(World world)
{
    private const long Big = 256L << 20;
    private static readonly string Web1 = $"{World.Login}@web1@bastion";

    // Half a minute on an idle machine in the debug build, for a busy one.
    private static readonly TimeSpan BigTimeout = TimeSpan.FromMinutes(2);

    [Fact(Timeout = 150_000)]
    public async Task Stdin_Of256MiB_ArrivesUnchanged()
    {
        using var sent = new HashingStream(new PatternStream(Big));

        ProcessResult result = await ProcessRunner.RunAsync(world.Alice.Ssh(Web1, "sha256sum") with { Input = sent, Timeout = BigTimeout });

        Assert.Equal(($"{sent.Hash}  -\n", Big), (result.ShouldExit().Output, sent.Count));
    }

    [Theory(Timeout = 150_000)]
    [InlineData(">&1")]
    [InlineData(">&2")]
    public async Task OutputAndError_Of256MiB_ArriveUnchanged(string stream)
    {
        using var folder = new TempFolder();
        string hash = await WriteBigFileAsync(folder.File("big"));
        using var received = new HashingStream();
        ProcessRequest ssh = world.Alice.Ssh(Web1, $"cat {folder.File("big")} {stream}") with { Timeout = BigTimeout };

        (await ProcessRunner.RunAsync(stream == ">&1" ? ssh with { Output = received } : ssh with { Error = received })).ShouldExit();

        Assert.Equal((hash, Big), (received.Hash, received.Count));
    }

    [Fact(Timeout = 150_000)]
    public async Task BothWaysAtOnce_ThroughJump_ArriveUnchanged()
    {
        using var sent = new HashingStream(new PatternStream(Big));
        using var received = new HashingStream();

        (await ProcessRunner.RunAsync(world.Alice.Ssh("-J", "bastion", "web1", "cat") with { Input = sent, Output = received, Timeout = BigTimeout })).ShouldExit();

        Assert.Equal((sent.Hash, Big), (received.Hash, received.Count));
    }

    [Theory(Timeout = 90_000)]
    [InlineData("sftp")]
    [InlineData("rcp")]
    public async Task Scp_InBothProtocols_CopiesTreesBothWays(string protocol)
    {
        using var folder = new TempFolder();
        string[] options = protocol == "rcp" ? ["-O", "-rp"] : ["-rp"];
        folder.Write("tree/a file", "first");
        folder.Write("tree/sub/empty", "");
        folder.Write("tree/sub/more", new string('x', 300_000));

        (await world.Alice.ScpAsync([.. options, folder.File("tree"), $"{Web1}:{folder.File("there")}"])).ShouldExit();
        (await world.Alice.ScpAsync([.. options, $"{Web1}:{folder.File("there")}", folder.File("back")])).ShouldExit();

        Assert.Equal(Listing(folder.File("tree")), Listing(folder.File("back")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Scp_MissingFile_FailsWithTheTargetsMessage()
    {
        using var folder = new TempFolder();

        ProcessResult result = await world.Alice.ScpAsync($"{Web1}:/nowhere/at/all", folder.Root);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("No such file", result.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Sftp_PutGetListRename_Work()
    {
        using var folder = new TempFolder();
        folder.Write("local", new string('y', 1_000_000));

        ProcessResult result = await world.Alice.SftpAsync(
            Web1,
            $"mkdir {folder.Root}/d",
            $"put {folder.Root}/local {folder.Root}/d/one",
            $"rename {folder.Root}/d/one {folder.Root}/d/two",
            $"ls -1 {folder.Root}/d",
            $"get {folder.Root}/d/two {folder.Root}/back");

        Assert.Contains($"{folder.Root}/d/two\n", result.ShouldExit().Output, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync(folder.File("local")), await File.ReadAllTextAsync(folder.File("back")));
    }

    private static IEnumerable<string> Listing(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(path => $"{Path.GetRelativePath(folder, path)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}")
        .Order();

    private static async Task<string> WriteBigFileAsync(string path)
    {
        using var source = new HashingStream(new PatternStream(Big));
        await using FileStream file = File.Create(path);
        await source.CopyToAsync(file);
        return source.Hash;
    }
}
