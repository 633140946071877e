using Bastion.Cli.Admin;
using Xunit;

namespace Bastion.Cli.Tests.Admin;

public sealed class AdminErrorsTests
{
    [Theory]
    [InlineData(400, """{"title":"This is no name."}""", 2, "This is no name.")]
    [InlineData(404, """{"title":"There is no user 'x'.","status":404}""", 1, "There is no user 'x'.")]
    [InlineData(422, """{"title":"Refused","detail":"The user is disabled."}""", 1, "The user is disabled.")]
    [InlineData(400, """{"title":"Wrong","errors":{"ttl":["Too long."],"key":["No key.","No type."]}}""", 2, "Wrong Too long. No key. No type.")]
    [InlineData(400, """{"title":"Wrong","errors":["One.","Two."]}""", 2, "Wrong One. Two.")]
    [InlineData(404, "", 1, "The bastion has nothing of that kind. 'bastion doctor' shows whether it is of the same version as this program.")]
    [InlineData(500, "<html>", 1, "The bastion answered with status 500. Its log may say why.")]
    [InlineData(503, "[1]", 1, "The bastion answered with status 503. Its log may say why.")]
    [InlineData(500, """{"title":""}""", 1, "The bastion answered with status 500. Its log may say why.")]
    public void Refusal_Problem_BecomesItsWords(int status, string body, int exitCode, string message)
    {
        CliException exception = AdminErrors.Refusal(status, body);

        Assert.Equal((exitCode, message), (exception.ExitCode, exception.Message));
    }
}
