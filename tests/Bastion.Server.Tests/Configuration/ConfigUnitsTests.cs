using Bastion.Server.Configuration;
using Xunit;

namespace Bastion.Server.Tests.Configuration;

public sealed class ConfigUnitsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("5m", 300_000)]
    [InlineData("8h", 28_800_000)]
    [InlineData("2d", 172_800_000)]
    [InlineData("1h30m", 5_400_000)]
    public void TryParseDuration_Good_IsRead(string text, long milliseconds)
    {
        Assert.True(ConfigUnits.TryParseDuration(text, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("1.5h")]
    [InlineData("5S")]
    [InlineData("5s5")]
    [InlineData("99999999999999999999d")]
    [InlineData("9223372036854775807d")]
    [InlineData("106751991d106751991d")]
    public void TryParseDuration_Bad_IsRefused(string text) => Assert.False(ConfigUnits.TryParseDuration(text, out _));

    [Theory]
    [InlineData("1B", 1)]
    [InlineData("64KiB", 65_536)]
    [InlineData("3MiB", 3_145_728)]
    [InlineData("2GiB", 2_147_483_648)]
    public void TryParseSize_Good_IsRead(string text, long bytes)
    {
        Assert.True(ConfigUnits.TryParseSize(text, out long size));
        Assert.Equal(bytes, size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("64")]
    [InlineData("64KB")]
    [InlineData("64kib")]
    [InlineData("-1B")]
    [InlineData("1KiB1B")]
    [InlineData("9223372036854775807GiB")]
    public void TryParseSize_Bad_IsRefused(string text) => Assert.False(ConfigUnits.TryParseSize(text, out _));

    [Theory]
    [InlineData("0")]
    [InlineData("250ms")]
    [InlineData("90s")]
    [InlineData("8h")]
    [InlineData("31d")]
    public void Format_Duration_ReadsBack(string text)
    {
        Assert.True(ConfigUnits.TryParseDuration(text, out TimeSpan duration));
        Assert.Equal(text, ConfigUnits.Format(duration));
    }
}
