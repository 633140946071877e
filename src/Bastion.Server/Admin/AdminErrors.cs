using System.Text.Json;
using Bastion.Server.Configuration;

namespace Bastion.Server.Admin;

// The last resort of the API: what no endpoint foresaw is logged with its details and answered without them.
internal static class AdminErrors
{
    internal static async Task InvokeAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            string detail = exception.InnerException is JsonException json
                ? $"its body is not the JSON that is expected, at {ConfigText.Show(json.Path ?? "$")}. Is the client of the same version?"
                : exception.Message;
            await AdminProblem.Invalid($"The request cannot be read: {detail}").ExecuteAsync(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            logger.RequestFailed(exception, context.Request.Method, context.Request.Path);
            await Results.Problem(statusCode: 500, title: "The bastion failed at this request. Its log says why.").ExecuteAsync(context);
        }
    }
}
