using Bastion.Cli.Admin;
using Xunit;

namespace Bastion.Cli.Tests.Admin;

public sealed class ApiPathTests
{
    private static readonly Uri Api = new("http://bastion/api/v1/");

    [Theory]
    [InlineData("alice", "/api/v1/users/alice/disable")]
    [InlineData("a/b", "/api/v1/users/a%2Fb/disable")]
    [InlineData("a?b#c", "/api/v1/users/a%3Fb%23c/disable")]
    [InlineData("../x", "/api/v1/users/..%2Fx/disable")]
    [InlineData("%2e%2e", "/api/v1/users/%252e%252e/disable")]
    public void Of_AnyName_StaysOneSegment(string name, string path) =>
        Assert.Equal(path, new Uri(Api, ApiPath.Of("users", name, "disable")).AbsolutePath);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public void Of_NameThatWouldBeAnotherPath_IsRefused(string name) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<CliException>(() => ApiPath.Of("users", name)).ExitCode);

    [Fact]
    public void WithQuery_LeavesOutNullAndEscapes() =>
        Assert.Equal("keys?user=a%26b&x=", ApiPath.WithQuery("keys", ("user", "a&b"), ("target", null), ("x", "")));
}
