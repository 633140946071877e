using Microsoft.AspNetCore.Http.HttpResults;

namespace Bastion.Server.Admin;

// Errors of the API as problem+json (RFC 9457). The title says what is wrong and what to do; the CLI prints it as it is.
internal static class AdminProblem
{
    internal static ProblemHttpResult Invalid(string title) => Of(StatusCodes.Status400BadRequest, title);

    internal static ProblemHttpResult NotFound(string title) => Of(StatusCodes.Status404NotFound, title);

    internal static ProblemHttpResult Conflict(string title) => Of(StatusCodes.Status409Conflict, title);

    // The request is understood, but what it asks for is not allowed or not possible.
    internal static ProblemHttpResult Refused(string title) => Of(StatusCodes.Status422UnprocessableEntity, title);

    internal static ProblemHttpResult Unavailable(string title) => Of(StatusCodes.Status503ServiceUnavailable, title);

    internal static ProblemHttpResult UnknownUser(string name) =>
        NotFound($"There is no user '{Configuration.ConfigText.Show(name)}'. List them with: bastion user list");

    private static ProblemHttpResult Of(int status, string title) => TypedResults.Problem(statusCode: status, title: title);
}
