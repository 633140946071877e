using System.IO.Pipelines;
using System.Security.Cryptography;
using Bastion.Ssh.Channels;
using Bastion.Ssh.Transport;
using Microsoft.Extensions.Logging;

namespace Bastion.Ssh;

/// <summary>
/// One SSH connection over a pair of pipes, in either role. <see cref="RunAsync"/> owns its lifetime: it returns when the connection is
/// over, after every channel was told so. Nothing that a peer does makes it throw.
/// </summary>
public abstract class SshConnection
{
    private readonly IDuplexPipe _pipe;
    private readonly TimeProvider _time;
    private int _started;

    private protected SshConnection(IDuplexPipe pipe, SshTransport transport, SshLimits limits, TimeProvider time, ILogger logger)
    {
        _pipe = pipe;
        _time = time;
        Transport = transport;
        Limits = limits;
        Logger = logger;
    }

    /// <summary>The peer's identification line, without CR LF; printable US-ASCII. Empty until it has come.</summary>
    public string PeerVersion => Transport.PeerVersion;

    /// <summary>The session identifier: the hash of the first key exchange (RFC 4253 §7.2). Empty until then.</summary>
    public ReadOnlyMemory<byte> SessionId => Transport.SessionId;

    /// <summary>The algorithms in use, for logs: method, host key, ciphers and MACs. Empty until the first key exchange.</summary>
    public string Algorithms => Transport.Negotiated is { } choice
        ? $"{choice.Kex} {choice.HostKey} {choice.CipherClientToServer}/{choice.CipherServerToClient}"
        : "";

    /// <summary>Open channels.</summary>
    public int ChannelCount => Mux?.ChannelCount ?? 0;

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Closing => Transport.Stopping;

    internal SshLimits Limits { get; }

    internal ILogger Logger { get; }

    private protected SshTransport Transport { get; }

    private protected ChannelMux? Mux { get; set; }

    private protected bool IsSignedIn => Mux is not null;

    /// <summary>Runs the connection to its end. Call it once.</summary>
    /// <returns>How it ended.</returns>
    public async Task<SshConnectionEnd> RunAsync()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("The connection runs already.");
        }

        ConnectionWatch watch = new(Transport, Limits, _time, () => Mux);
        SshConnectionEnd end;
        try
        {
            end = await RunTransportAsync();
        }
        finally
        {
            watch.Dispose();
        }

        // Channels first: their handlers may still look at the connection. Then the pipes, so that what was said last still leaves.
        Mux?.CloseAll();
        OnEnded(end);
        await CloseAsync();
        return end;
    }

    /// <summary>Ends the connection: the peer gets the reason, channels are told, <see cref="RunAsync"/> returns. From any thread.</summary>
    /// <param name="reason">The code of SSH_MSG_DISCONNECT.</param>
    /// <param name="message">A text for the peer and the log.</param>
    public void Disconnect(DisconnectReason reason, string message) =>
        Transport.Stop(new SshConnectionEnd(ConnectionEndReason.ClosedByApplication, message), reason);

    private protected virtual void OnEnded(SshConnectionEnd end)
    {
    }

    // The one place where failures become ends: (reason for the peer, reason for log and audit).
    private async Task<SshConnectionEnd> RunTransportAsync()
    {
        try
        {
            await Transport.RunAsync();
            return Stop(ConnectionEndReason.ClosedByPeer, "The peer closed the connection.", tellPeer: null);
        }
        catch (SshProtocolException e)
        {
            return Stop(EndReasonOf(e.Reason), e.Message, e.Reason);
        }
        catch (CryptographicException)
        {
            return Stop(ConnectionEndReason.CryptographyFailed, "A cryptographic operation failed.", DisconnectReason.ProtocolError);
        }
        catch (OperationCanceledException) when (Transport.End is not null)
        {
            return Transport.End;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            return Stop(ConnectionEndReason.ConnectionLost, "The connection was lost.", tellPeer: null);
        }
        catch (Exception e)
        {
            SshLog.InternalError(Logger, e);
            return Stop(ConnectionEndReason.InternalError, "An internal error ended the connection.", DisconnectReason.ByApplication);
        }
    }

    private SshConnectionEnd Stop(ConnectionEndReason reason, string message, DisconnectReason? tellPeer)
    {
        Transport.Stop(new SshConnectionEnd(reason, message), tellPeer);
        return Transport.End!;
    }

    private static ConnectionEndReason EndReasonOf(DisconnectReason reason) => reason switch
    {
        DisconnectReason.ProtocolVersionNotSupported => ConnectionEndReason.VersionExchangeFailed,
        DisconnectReason.KeyExchangeFailed => ConnectionEndReason.KeyExchangeFailed,
        DisconnectReason.HostKeyNotVerifiable => ConnectionEndReason.HostKeyRefused,
        DisconnectReason.MacError => ConnectionEndReason.MacError,
        DisconnectReason.NoMoreAuthMethodsAvailable => ConnectionEndReason.SignInFailed,
        _ => ConnectionEndReason.ProtocolError,
    };

    // Lets the last bytes leave and reads on for a moment: closing a socket with unread input resets it, and the peer would lose the
    // DISCONNECT that explains everything. Both waits are bounded by SshLimits.DisconnectLinger.
    private async Task CloseAsync()
    {
        using CancellationTokenSource bound = new(Limits.DisconnectLinger, _time);
        try
        {
            await Transport.Sender.StopAsync().WaitAsync(bound.Token);
            await _pipe.Output.CompleteAsync();
            await LingerAsync(bound.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            SshLog.CloseIncomplete(Logger);
        }

        await _pipe.Output.CompleteAsync();
        await _pipe.Input.CompleteAsync();
        await Transport.DisposeAsync();
    }

    private async Task LingerAsync(CancellationToken bound)
    {
        long left = Limits.DisconnectLingerBytes;
        while (left > 0)
        {
            ReadResult result = await _pipe.Input.ReadAsync(bound);
            left -= result.Buffer.Length;
            _pipe.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }
}
