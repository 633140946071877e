using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Bastion.Server.Listener;
using Bastion.Server.Sessions;
using Bastion.Server.Targets;
using Bastion.Server.Tests.Sessions;
using Bastion.Ssh;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Bastion.Server.Tests.Listener;

// The production listener on a free port of loopback, in front of a TestBastion.
internal sealed class TestListener : IAsyncDisposable
{
    private readonly WebApplication _app;

    private readonly IPEndPoint _endpoint;

    private TestListener(WebApplication app, IPEndPoint endpoint)
    {
        _app = app;
        _endpoint = endpoint;
    }

    internal static async Task<TestListener> StartAsync(TestBastion bastion)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddLogging();
        builder.Services.AddSingleton(bastion.Config);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(bastion.Get<ClientConnectionFactory>());
        builder.Services.AddSingleton(bastion.Get<ServerOptionsSource>());
        builder.Services.AddListener(bastion.Config.Current);
        WebApplication app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestListener(app, bastion.Config.Current.SshEndpoints[0]);
    }

    internal async Task<Socket> OpenSocketAsync()
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(_endpoint, TestContext.Current.CancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal async Task<TestClient> ConnectAsync(string userName, SshClientIdentity identity) =>
        await TestClient.ConnectAsync(new SocketPipe(await OpenSocketAsync(), MemoryPool<byte>.Shared), userName, identity);

    // The end of other connections is seen by the server a moment after it happened.
    internal async Task<TestClient> ConnectWhenThereIsRoomAsync(string userName, SshClientIdentity identity)
    {
        while (true)
        {
            try
            {
                return await ConnectAsync(userName, identity);
            }
            catch (Exception e) when (e is SocketException
                or SshConnectException { End.Reason: ConnectionEndReason.ClosedByPeer or ConnectionEndReason.ConnectionLost })
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    internal Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
