using Bastion.Server.Certificates;
using Xunit;

namespace Bastion.Server.Tests.Certificates;

public sealed class ClientKeyIdTests
{
    [Fact]
    public void Parse_WhatToStringWrites_IsTheSame()
    {
        ClientKeyId keyId = new("alice", long.MaxValue, 3, "0123456789abcdef");

        Assert.Equal(keyId, ClientKeyId.Parse(keyId.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData("user=alice id=1 epoch=1")]
    [InlineData("user=alice id=1 epoch=1 issue=0123456789abcdef ")]
    [InlineData(" user=alice id=1 epoch=1 issue=0123456789abcdef")]
    [InlineData("user=alice id=1 epoch=1 issue=0123456789abcdef\n")]
    [InlineData("user=alice id=01 epoch=1 issue=0123456789abcdef")]
    [InlineData("user=alice id=-1 epoch=1 issue=0123456789abcdef")]
    [InlineData("user=alice id=9999999999999999999 epoch=1 issue=0123456789abcdef")]
    [InlineData("user=Alice id=1 epoch=1 issue=0123456789abcdef")]
    [InlineData("user=alice id=1 epoch=1 issue=0123456789ABCDEF")]
    [InlineData("user=alice id=1 epoch=1 id=2 issue=0123456789abcdef")]
    [InlineData("user=bob user=alice id=1 epoch=1 issue=0123456789abcdef")]
    public void Parse_AnythingElse_IsNull(string text) => Assert.Null(ClientKeyId.Parse(text));
}
