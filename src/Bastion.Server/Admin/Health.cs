using Bastion.Server.Audit;

namespace Bastion.Server.Admin;

// /healthz: 200 while this process takes new sessions, 503 while it does not.
internal static class Health
{
    // The whole of what the plain HTTP address serves.
    internal static void Configure(IApplicationBuilder app) => app.Run(context =>
    {
        if (context.Request.Path == "/healthz" && HttpMethods.IsGet(context.Request.Method))
        {
            return AnswerAsync(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    internal static Task AnswerAsync(HttpContext context)
    {
        IServiceProvider services = context.RequestServices;
        string state = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested ? "stopping"
            : services.GetRequiredService<AuditLog>().Healthy ? "ok"
            : "audit log cannot be written";
        context.Response.StatusCode = state == "ok" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new { Status = state });
    }
}
