using System.Net;
using System.Text.Json;
using Bastion.Server.Audit;
using Bastion.Server.Storage;
using Xunit;

namespace Bastion.Server.Tests.Admin;

// A bastion whose audit log fills up without being written, as on a disk that hangs.
public sealed class AuditBrokenTests : IAsyncLifetime
{
    private readonly RunningBastion _bastion = new();

    public ValueTask InitializeAsync() => _bastion.InitializeAsync();

    public ValueTask DisposeAsync() => _bastion.DisposeAsync();

    [Fact(Timeout = 30_000)]
    public async Task NothingIsChanged_AndHealthSaysSo()
    {
        AuditLog audit = _bastion.Get<AuditLog>();
        await audit.StopAsync(CancellationToken.None); // nobody writes any more
        audit.Write(new AuditGap(0));
        Assert.False(audit.Healthy);

        (int added, JsonElement problem) = await _bastion.SendAsync(HttpMethod.Post, "users", """{"name":"too-late"}""");
        (int listed, _) = await _bastion.SendAsync(HttpMethod.Get, "users");
        using HttpClient http = new() { BaseAddress = _bastion.Http };
        using HttpResponseMessage health = await http.GetAsync("healthz");

        Assert.Equal(503, added);
        Assert.Contains("nothing is changed", problem.GetProperty("title").GetString());
        Assert.Null(_bastion.Get<UserStore>().Find("too-late"));
        Assert.Equal(200, listed);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
    }
}
