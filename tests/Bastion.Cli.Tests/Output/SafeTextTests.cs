using System.Text;
using Bastion.Cli.Output;
using CsCheck;
using Xunit;

namespace Bastion.Cli.Tests.Output;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain, ünïcödé, 漢字, 👍", "plain, ünïcödé, 漢字, 👍")]
    [InlineData("a\u001b[2Jb", "a\\u001b[2Jb")]
    [InlineData("a\r\nb\tc\u007f", "a\\u000d\\u000ab\\u0009c\\u007f")]
    [InlineData("\u009b31m", "\\u009b31m")] // CSI in one character
    [InlineData("\u202egnp.exe", "\\u202egnp.exe")] // right-to-left override
    [InlineData("a\u200bb\u2028c", "a\\u200bb\\u2028c")]
    [InlineData("x\U000e0041y", "x\\ue0041y")] // a tag: invisible, and outside the first plane
    public void Escape_ShowsWhatActs(string text, string shown) => Assert.Equal(shown, SafeText.Escape(text));

    [Fact]
    public void Escape_AnyText_HasNothingLeftThatActs() => Gen.String.Sample(text =>
        SafeText.Escape(text).EnumerateRunes().All(rune => !Rune.IsControl(rune) && SafeText.Escape(rune.ToString()) == rune.ToString()));
}
