using Bastion.Server.Diagnostics;
using Serilog.Events;
using Serilog.Parsing;
using Xunit;

namespace Bastion.Server.Tests.Diagnostics;

public sealed class ConsoleFormatterTests
{
    [Fact]
    public void Format_HostileText_StaysOnItsLineAndDoesNothing()
    {
        string line = Format("User {UserName} failed.", "eve\u001b]0;x\u0007\n2026-01-01 info  root signed in\u202e");

        Assert.Equal(
            "2026-01-02 03:04:05.000 +00:00 warn  User eve\\u001b]0;x\\u0007\\u000a2026-01-01 info  root signed in\\u202e failed.\n", line);
    }

    [Fact]
    public void Format_Exception_KeepsItsLines()
    {
        string text = Format("Failed.", "", new InvalidOperationException("a\u001bb"));

        Assert.EndsWith("warn  Failed.\nSystem.InvalidOperationException: a\\u001bb\n", text);
    }

    private static string Format(string template, string userName, Exception? exception = null)
    {
        LogEvent logEvent = new(
            new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), LogEventLevel.Warning, exception, new MessageTemplateParser().Parse(template),
            [new LogEventProperty("UserName", new ScalarValue(userName))]);
        using StringWriter output = new();
        new ConsoleFormatter().Format(logEvent, output);
        return output.ToString();
    }
}
