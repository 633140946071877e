using System.Globalization;
using Bastion.Server.Audit;
using Microsoft.AspNetCore.Http.Features;

namespace Bastion.Server.Admin;

// Audits every request that changes something, also one that failed or could not even be read. While the audit log cannot be
// written, no such request is carried out.
internal static class AdminAudit
{
    private static readonly object SubjectKey = new();
    private static readonly object DetailKey = new();

    // What the request is about, for the audit record: a user, a fingerprint, a session.
    internal static void Names(this HttpContext context, string subject) => context.Items[SubjectKey] = subject;

    // What else the record should say: a reason that was given, what it led to.
    internal static void Explains(this HttpContext context, string detail) => context.Items[DetailKey] = detail;

    // The account that asks.
    internal static string Actor(this HttpContext context) => context.Features.GetRequiredFeature<AdminPeer>().ToString();

    internal static async Task InvokeAsync(HttpContext context, RequestDelegate next, AuditLog audit)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await next(context);
            return;
        }

        if (!audit.Healthy)
        {
            await AdminProblem.Unavailable("The audit log cannot be written, so nothing is changed. Check the disk of the data folder.")
                .ExecuteAsync(context);
            return;
        }

        await next(context);
        audit.Write(new AdminAction(
            context.Actor(),
            $"{context.Request.Method} {context.Request.Path}",
            context.Items[SubjectKey] as string ?? "")
        {
            Detail = context.Items[DetailKey] as string,
            Outcome = context.Response.StatusCode.ToString(CultureInfo.InvariantCulture),
        });
    }
}
