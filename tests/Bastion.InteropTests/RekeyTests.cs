using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>New keys while data flows both ways.</summary>
public sealed class RekeyTests(World world)
{
    [Fact(Timeout = 60_000)]
    public async Task Client_AsksForNewKeysEachMebibyte_NothingIsLost()
    {
        using var sent = new HashingStream(new PatternStream(32 << 20));
        using var received = new HashingStream();

        ProcessRequest ssh = world.Alice.Ssh("-v", "-o", "RekeyLimit=1M", $"{World.Login}@web1@bastion", "cat") with { Input = sent, Output = received };
        ProcessResult result = (await ProcessRunner.RunAsync(ssh)).ShouldExit();

        Assert.Equal((sent.Hash, 32 << 20), (received.Hash, received.Count));
        int exchanges = result.Error.Split("SSH2_MSG_NEWKEYS received").Length - 1;
        Assert.True(exchanges > 10, $"only {exchanges} key exchanges took place");
    }
}
