using System.IO.Pipelines;
using Bastion.Ssh.Auth;
using Bastion.Ssh.Channels;
using Bastion.Ssh.KeyExchange;
using Bastion.Ssh.Transport;

namespace Bastion.Ssh;

/// <summary>The server's end of an SSH connection: signs a client in and lets it open channels.</summary>
public sealed class SshServerConnection : SshConnection
{
    private readonly ISshServerHandler _handler;

    /// <summary>Creates the connection; <see cref="SshConnection.RunAsync"/> starts it.</summary>
    /// <param name="pipe">The socket's bytes. The connection completes both pipes.</param>
    /// <param name="options">Keys, algorithms and limits.</param>
    /// <param name="handler">The application's decisions for this connection.</param>
    public SshServerConnection(IDuplexPipe pipe, SshServerOptions options, ISshServerHandler handler)
        : base(
            pipe,
            new SshTransport(
                pipe, new ServerKexSide(options.HostKeySet), options.Algorithms, options.Limits, options.SoftwareVersion, options.TimeProvider),
            options.Limits,
            options.TimeProvider,
            options.Logger)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handler = handler;
        Transport.Upper = new ServerAuth(Transport, options, handler, OnSignedIn);
    }

    /// <summary>What the client signed in with; null until then.</summary>
    public SshCredential? Credential { get; private set; }

    private void OnSignedIn(SshCredential credential)
    {
        Credential = credential;
        Mux = new ChannelMux(this, SshRole.Server, Transport.Sender, Limits, _handler.OnChannelOpen);
        Transport.OpenUp(Mux);
    }
}
