using System.IO.Pipelines;
using Bastion.Ssh.Auth;
using Bastion.Ssh.Channels;
using Bastion.Ssh.KeyExchange;
using Bastion.Ssh.Transport;

namespace Bastion.Ssh;

/// <summary>The connection to a server ended before the client was signed in.</summary>
public sealed class SshConnectException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="end">How the connection ended.</param>
    public SshConnectException(SshConnectionEnd end)
        : base((end ?? throw new ArgumentNullException(nameof(end))).Message) => End = end;

    /// <summary>How the connection ended.</summary>
    public SshConnectionEnd End { get; }
}

/// <summary>The client's end of an SSH connection: signs in and opens channels.</summary>
public sealed class SshClientConnection : SshConnection
{
    private readonly TaskCompletionSource _signedIn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Creates the connection; <see cref="SshConnection.RunAsync"/> starts it.</summary>
    /// <param name="pipe">The socket's bytes. The connection completes both pipes.</param>
    /// <param name="options">Who signs in, and which server is the right one.</param>
    public SshClientConnection(IDuplexPipe pipe, SshClientOptions options)
        : base(
            pipe,
            new SshTransport(
                pipe, new ClientKexSide(options), options.Algorithms, options.Limits, options.SoftwareVersion, options.TimeProvider),
            options.Limits,
            options.TimeProvider,
            options.Logger) =>
        Transport.Upper = new ClientAuth(Transport, options, OnSignedIn);

    /// <summary>Completes when the client is signed in; fails with <see cref="SshConnectException"/> if the connection ends first.</summary>
    public Task SignedIn => _signedIn.Task;

    /// <summary>Opens a session channel (RFC 4254 §6.1).</summary>
    /// <param name="handler">Gets everything that the server sends on it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The open channel.</returns>
    /// <exception cref="SshChannelOpenException">The server refused, or the connection ended.</exception>
    public ValueTask<SshChannel> OpenSessionAsync(IChannelHandler handler, CancellationToken cancellationToken) =>
        OpenAsync("session", null, handler, cancellationToken);

    /// <summary>Opens a channel that the server connects to a TCP port (RFC 4254 §7.2).</summary>
    /// <param name="destination">Where it is to lead.</param>
    /// <param name="handler">Gets everything that comes back.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The open channel.</returns>
    /// <exception cref="SshChannelOpenException">The server refused, or the connection ended.</exception>
    public ValueTask<SshChannel> OpenDirectTcpIpAsync(DirectTcpIp destination, IChannelHandler handler, CancellationToken cancellationToken) =>
        OpenAsync("direct-tcpip", destination, handler, cancellationToken);

    private protected override void OnEnded(SshConnectionEnd end)
    {
        if (_signedIn.TrySetException(new SshConnectException(end)))
        {
            _ = _signedIn.Task.Exception; // observed: the end itself tells whoever runs the connection
        }
    }

    private ValueTask<SshChannel> OpenAsync(string type, DirectTcpIp? direct, IChannelHandler handler, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Mux is { } mux
            ? mux.OpenAsync(type, direct, handler, cancellationToken)
            : throw new InvalidOperationException("The client is not signed in.");
    }

    private void OnSignedIn()
    {
        Mux = new ChannelMux(this, SshRole.Client, Transport.Sender, Limits, onOpen: null);
        Transport.OpenUp(Mux);
        _signedIn.TrySetResult();
    }
}
