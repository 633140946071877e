using System.Text;
using Bastion.Server.Sessions;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Sessions;

public sealed class AcceptedEnvironmentTests
{
    [Theory]
    [InlineData("LANG", "C.UTF-8", true)]
    [InlineData("LC_ALL", "", true)]
    [InlineData("LC_TELEPHONE", "de_DE", true)]
    [InlineData("GIT_PROTOCOL", "version=2", true)]
    [InlineData("COLORTERM", "truecolor", true)]
    [InlineData("LC_", "x", true)] // names nothing
    [InlineData("LC_x", "x", false)]
    [InlineData("LC_A=B", "x", false)]
    [InlineData("lang", "C", false)]
    [InlineData("PATH", "/tmp", false)]
    [InlineData("LD_PRELOAD", "/tmp/x.so", false)]
    [InlineData("BASH_ENV", "/tmp/x", false)]
    [InlineData("GIT_SSH_COMMAND", "id", false)]
    [InlineData("SSH_ORIGINAL_COMMAND", "id", false)]
    [InlineData("TERM", "xterm", false)] // comes with the terminal
    [InlineData("LANG", "C\nPATH=/tmp", false)]
    [InlineData("LANG", "C\0", false)]
    [InlineData("LANG", "\u001b[2J", false)]
    public void Variable_IsAcceptedByNameAndForm(string name, string value, bool expected) =>
        Assert.Equal(expected, AcceptedEnvironment.Accepts(new EnvRequest(name, Encoding.UTF8.GetBytes(value))));

    [Fact]
    public void Value_TooLongOrNotText_IsRefused()
    {
        Assert.False(AcceptedEnvironment.Accepts(new EnvRequest("LANG", new byte[] { 0xff, 0xfe })));
        Assert.False(AcceptedEnvironment.Accepts(new EnvRequest("LANG", Encoding.ASCII.GetBytes(new string('a', 1025)))));
    }
}
