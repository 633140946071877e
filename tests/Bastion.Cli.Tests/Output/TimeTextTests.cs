using Bastion.Cli.Output;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Bastion.Cli.Tests.Output;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(59, "59s")]
    [InlineData(60, "1m 0s")]
    [InlineData(3599, "59m 59s")]
    [InlineData(8 * 3600, "8h 0m")]
    [InlineData(86400 + 3600, "1d 1h")]
    [InlineData(400 * 86400, "400d 0h")]
    public void Duration_ShowsTheTwoLargestUnits(int seconds, string text) => Assert.Equal(text, TimeText.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Local_IsInTheReadersZone()
    {
        FakeTimeProvider clock = new();
        clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), null, null));

        Assert.Equal("2026-06-01 01:30:00", TimeText.Local(new DateTimeOffset(2026, 5, 31, 23, 30, 0, TimeSpan.Zero), clock));
    }
}
