using System.Collections.Frozen;
using Bastion.Server.Targets;
using Bastion.Server.Targets.Command;
using Xunit;

namespace Bastion.Server.Tests.Targets.Command;

public sealed class RunAsTests
{
    private const uint Root = 0;
    private const uint Somebody = 1000;

    [Theory]
    [InlineData("nobody", "nobody")]
    [InlineData("65534", "nobody")]
    public void AsRoot_AnAccountIsTaken(string runAs, string expected)
    {
        (Account? account, string? refusal) = RunAs.Decide(Target(runAs), Root);

        Assert.Null(refusal);
        Assert.Equal(expected, account!.Name);
    }

    [Theory]
    [InlineData("root", "must not be root")]
    [InlineData("0", "must not be root")]
    [InlineData("no-such-account", "there is no account")]
    [InlineData(null, "has no run_as")]
    public void AsRoot_AnythingElseIsRefused_EvenWhenItIsAskedForAsUnsafe(string? runAs, string expected)
    {
        (Account? account, string? refusal) = RunAs.Decide(Target(runAs, unsafeSameUser: true), Root);

        Assert.Null(account);
        Assert.Contains(expected, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutRoot_TheOwnAccount_MustBeAskedFor()
    {
        Assert.Contains("unsafe_same_user", RunAs.Decide(Target("nobody"), Somebody).Refusal, StringComparison.Ordinal);
        Assert.Equal((null, null), RunAs.Decide(Target(null, unsafeSameUser: true), Somebody));
    }

    private static CommandTargetModel Target(string? runAs, bool unsafeSameUser = false) => new()
    {
        Name = "demo",
        Labels = FrozenDictionary<string, string>.Empty,
        Command = ["/bin/sh"],
        ExecPrefix = [],
        Sftp = [],
        RunAs = runAs,
        UnsafeSameUser = unsafeSameUser,
        Environment = FrozenDictionary<string, string>.Empty,
        WorkingDirectory = null,
    };
}
