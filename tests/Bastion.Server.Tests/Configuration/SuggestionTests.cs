using Bastion.Server.Configuration;
using Xunit;

namespace Bastion.Server.Tests.Configuration;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("drian", "drain")]
    [InlineData("DRAIN", "drain")]
    [InlineData("host-names", "host_names")]
    [InlineData("hostnames", "host_names")]
    [InlineData("taregts", "targets")]
    [InlineData("", null)]
    [InlineData("banner", null)]
    [InlineData("xyz", null)]
    public void For_Word_IsTheNearestKnownOne(string word, string? expected) =>
        Assert.Equal(expected is null ? "" : $" Did you mean '{expected}'?", Suggestion.For(word, ["drain", "host_names", "targets", "listen"]));

    [Fact]
    public void For_NothingKnownOrEndlessWord_IsNothing()
    {
        Assert.Equal("", Suggestion.For("a", []));
        Assert.Equal("", Suggestion.For(new string('a', 100_000), ["drain"]));
    }
}
