using Bastion.Server.Access;
using Xunit;

namespace Bastion.Server.Tests.Access;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "web1", true)]
    [InlineData("web*", "web", true)]
    [InlineData("web*", "xweb", false)]
    [InlineData("*1", "web1", true)]
    [InlineData("w*b*1", "web-b-1", true)]
    [InlineData("w?b1", "web1", true)]
    [InlineData("w?b1", "wb1", false)]
    [InlineData("web1", "web1", true)]
    [InlineData("web1", "web12", false)]
    [InlineData("web.", "web1", false)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Matches_Table(string pattern, string name, bool expected) => Assert.Equal(expected, new NamePattern(pattern).Matches(name));
}
