using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Bastion.Server.Configuration;
using Bastion.Server.Tests.Configuration;
using Bastion.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Bastion.Server.Tests.Admin;

// The whole server in this process, on a folder and ports of its own, and a client of its admin socket.
public sealed class RunningBastion : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FreePort _ssh = FreePort.Reserve();
    private readonly FreePort _http = FreePort.Reserve();
    private readonly FileStream _lock;
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    public RunningBastion()
    {
        string config = _folder.Write("bastion.yaml", $$"""
            node: edge-1
            data_dir: var
            listen: { ssh: ["127.0.0.1:{{_ssh.Number}}"], http: "127.0.0.1:{{_http.Number}}" }
            host_names: [bastion.example.com]
            drain: 0
            log: { level: error }
            targets:
              web1: { address: "127.0.0.1:1", host_key: { trust_on_first_use: true }, labels: { env: prod } }
            access:
              - { name: devs, groups: [dev], targets: [web1], logins: ["*"], allow: [shell] }
            """);
        ConfigStore store = new(ConfigStore.Load(config, ConfigFiles.NoEnvironment));
        _lock = store.Current.DataFolder.Prepare();
        _app = Program.Build(store);
        DataFolder = store.Current.DataFolder.Root;
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(AdminSocket), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://bastion/api/v1/") };
    }

    internal string DataFolder { get; }

    internal string AdminSocket => Path.Combine(DataFolder, "admin.sock");

    internal Uri Http => new($"http://127.0.0.1:{_http.Number}/");

    internal int SshPort => _ssh.Number;

    internal string[] AuditLines
    {
        get
        {
            // The writer may be at work; what it has promised is whole lines.
            using FileStream file = new(Path.Combine(DataFolder, "audit", "audit.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using StreamReader reader = new(file);
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    internal T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    internal async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using HttpRequestMessage request = new(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone());
    }

    public async ValueTask InitializeAsync() => await _app.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _client.Dispose();
        await _lock.DisposeAsync();
        _http.Dispose();
        _ssh.Dispose();
        _folder.Dispose();
    }
}
