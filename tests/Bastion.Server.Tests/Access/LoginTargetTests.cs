using Bastion.Server.Access;
using Xunit;

namespace Bastion.Server.Tests.Access;

public sealed class LoginTargetTests
{
    [Theory]
    [InlineData("deploy@web1", "deploy", "web1")]
    [InlineData("deploy+web1", "deploy", "web1")]
    [InlineData("alice", "alice", null)]
    [InlineData("alice@corp.example@web1", "alice@corp.example", "web1")]
    [InlineData("a+b@web1", "a+b", "web1")]
    [InlineData("a+b+web1", "a+b", "web1")]
    [InlineData("_svc@db-1.internal", "_svc", "db-1.internal")]
    public void TryParse_GoodName_Splits(string text, string login, string? target)
    {
        Assert.True(LoginTarget.TryParse(text, out LoginTarget parsed, out string error), error);
        Assert.Equal(new LoginTarget(login, target), parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("@web1")]
    [InlineData("deploy@")]
    [InlineData("+web1")]
    [InlineData("deploy+")]
    [InlineData("a@@web1x@")]
    [InlineData("deploy%40web1")]
    [InlineData("deploy@web%1")]
    [InlineData("deploy:style@web1")]
    [InlineData("deploy\0@web1")]
    [InlineData("deploy@web1\0")]
    [InlineData("deploy@web1\n")]
    [InlineData("-oProxyCommand=x@web1")]
    [InlineData("deploy@-web1")]
    [InlineData("de ploy@web1")]
    [InlineData("deploy;id@web1")]
    [InlineData("$(id)@web1")]
    [InlineData("../root@web1")]
    [InlineData("domain\\user@web1")]
    [InlineData("dеploy@web1")] // a Cyrillic letter
    [InlineData("deploy@WEB1")]
    [InlineData("deploy@web1/../x")]
    public void TryParse_BadName_IsRefused(string text)
    {
        Assert.False(LoginTarget.TryParse(text, out _, out string error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void TryParse_LongParts_AreRefused()
    {
        Assert.True(LoginTarget.TryParse($"{new string('a', 128)}@{new string('w', 63)}", out _, out _));
        Assert.False(LoginTarget.TryParse($"{new string('a', 129)}@web1", out _, out _));
        Assert.False(LoginTarget.TryParse($"a@{new string('w', 64)}", out _, out _));
    }
}
