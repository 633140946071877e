using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bastion.Cli.Api;

// The admin API over the Unix socket in the data folder. Answers stay JSON: --json prints them as they came, tables pick their columns.
internal sealed class AdminClient(string dataFolder) : IDisposable
{
    // Checking a target dials it, with retries; everything else answers in milliseconds.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(DataFolder.Socket(dataFolder)), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = new Uri("http://bastion/api/v1/"),
        Timeout = Timeout,
    };

    internal Task<string> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    internal Task<string> PostAsync(string path, JsonObject? body = null) => SendAsync(HttpMethod.Post, path, body);

    internal Task<string> PatchAsync(string path, JsonObject body) => SendAsync(HttpMethod.Patch, path, body);

    internal Task<string> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    public void Dispose() => _http.Dispose();

    private async Task<string> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request);
            string text = await response.Content.ReadAsStringAsync();
            return response.IsSuccessStatusCode ? text : throw Failure((int)response.StatusCode, text);
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(exception);
        }
        catch (TaskCanceledException)
        {
            throw new CommandFailedException("The bastion took too long to answer. Its log may say why.");
        }
    }

    // The title of a problem (RFC 9457) is written for people.
    private static CommandFailedException Failure(int status, string text)
    {
        int exitCode = status == 400 ? ExitCode.Usage : ExitCode.Refused;
        try
        {
            using JsonDocument problem = JsonDocument.Parse(text);
            if (problem.RootElement.TryGetProperty("title", out JsonElement title) && title.GetString() is { Length: > 0 } words)
            {
                return new CommandFailedException(words, exitCode);
            }
        }
        catch (JsonException)
        {
            // Not a problem of the API's; the status has to do.
        }

        return new CommandFailedException($"The bastion answered with status {status}. Is it of the same version as this program?", exitCode);
    }

    private CommandFailedException Unreachable(HttpRequestException exception)
    {
        string socket = DataFolder.Socket(dataFolder);
        return (exception.InnerException as SocketException)?.SocketErrorCode switch
        {
            SocketError.AccessDenied => new CommandFailedException(
                $"This account may not use {socket}. Run the command as root or as the account of the bastion, for example with sudo."),
            SocketError.ConnectionRefused => new CommandFailedException(
                $"No bastion answers on {socket}: it has stopped. Start it again; 'bastion doctor' looks further."),
            _ when !File.Exists(socket) => new CommandFailedException(
                $"No bastion runs on {dataFolder}. Start it, or name its data folder with --data-dir or {DataFolder.Variable}."),
            // The server hangs up on accounts that it does not serve.
            _ => new CommandFailedException(
                $"The bastion on {socket} closed the connection. Run the command as root or as the account of the bastion; its log may say more."),
        };
    }
}
