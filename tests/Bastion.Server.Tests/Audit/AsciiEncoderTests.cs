using System.Text.Json;
using Bastion.Server.Audit;
using CsCheck;
using Xunit;

namespace Bastion.Server.Tests.Audit;

public sealed class AsciiEncoderTests
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = new AsciiEncoder() };

    [Theory]
    [InlineData("SHA256:a+b/c=", "\"SHA256:a+b/c=\"")]
    [InlineData("<&>'`", "\"<&>'`\"")]
    [InlineData("a\"b\\c", "\"a\\u0022b\\u005cc\"")]
    [InlineData("\0\u001b\u007f\u009b\u2028\u202e", "\"\\u0000\\u001b\\u007f\\u009b\\u2028\\u202e\"")]
    [InlineData("ü😀", "\"\\u00fc\\ud83d\\ude00\"")]
    public void Encode_Table(string text, string expected) => Assert.Equal(expected, JsonSerializer.Serialize(text, Options));

    [Fact]
    public void Encode_AnyText_IsPrintableAndReadsBack() => Gen.String.Sample(text =>
    {
        string json = JsonSerializer.Serialize(text, Options);

        Assert.All(json, letter => Assert.InRange(letter, ' ', '~'));
        // Half of a surrogate pair is no character, and comes back as the one that says so.
        string whole = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.Equal(whole, JsonSerializer.Deserialize<string>(json));
    });
}
