using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Bastion.Cli.Admin;

// The admin API over the Unix socket in the data folder. Answers stay JSON text: --json prints them as they came, tables pick their columns.
internal sealed class AdminClient : IDisposable
{
    // The bastion answers from its own memory and disk, in milliseconds.
    internal static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    // A listing of a hundred thousand items; more is a bastion gone mad, and this program should not go with it.
    private const long MaxAnswer = 64 << 20;

    private readonly DataFolder _folder;
    private readonly TimeSpan _timeout;
    private readonly HttpClient _http;

    internal AdminClient(DataFolder folder, TimeSpan timeout)
    {
        AdminErrors.CheckSocketPath(folder);
        _folder = folder;
        _timeout = timeout;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectCallback = ConnectAsync })
        {
            BaseAddress = new Uri("http://bastion/api/v1/"),
            Timeout = timeout,
            MaxResponseContentBufferSize = MaxAnswer,
        };
    }

    // The bastion's clock when it answered last; null before.
    internal DateTimeOffset? ServerTime { get; private set; }

    internal Task<string> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    internal Task<string> PostAsync(string path, JsonObject? body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body, cancellationToken);

    internal Task<string> PatchAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, path, body, cancellationToken);

    internal Task<string> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    // The status and what it says of itself. 503 is an answer too.
    internal Task<(HttpStatusCode Status, string Body)> GetHealthAsync(CancellationToken cancellationToken) =>
        ExchangeAsync(HttpMethod.Get, "/healthz", null, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<string> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        (HttpStatusCode status, string text) = await ExchangeAsync(method, path, body, cancellationToken);
        return (int)status is >= 200 and < 300 ? text : throw AdminErrors.Refusal((int)status, text);
    }

    private async Task<(HttpStatusCode Status, string Body)> ExchangeAsync(
        HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            ServerTime = response.Headers.Date;
            return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException exception)
        {
            throw AdminErrors.Unreachable(exception, _folder);
        }
        catch (TaskCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            throw AdminErrors.TimedOut(_folder, _timeout);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder.Socket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
