using Bastion.Server.Access;
using Bastion.Server.Certificates;
using Bastion.Server.Configuration;
using Bastion.Server.Sessions;
using Bastion.Ssh;

namespace Bastion.Server.Targets;

// Brings a session to a machine: dial, prove who it is, sign in with a key and a certificate made for this session alone, open the channel
// and start what was asked for. One connection per session: the certificate names the session in the target's own log, permits what this
// session needs and no more, and ending the session ends the connection without touching another.
internal sealed class SshTargetConnector(
    ConfigStore config, TargetDialer dialer, HostKeyVerifier verifier, TargetCertificateIssuer certificates, TimeProvider time, ILogger<SshTargetConnector> logger)
{
    // Both ends are servers, whose processors do AES by themselves: sshd moves half as much again by it as by ChaCha20, and new keys are
    // due after 32 GiB instead of one.
    private static readonly SshAlgorithms TargetAlgorithms = SshAlgorithms.Default with
    {
        Ciphers = [.. SshAlgorithms.Default.Ciphers.OrderByDescending(cipher => cipher.Contains("-gcm@", StringComparison.Ordinal))],
    };

    internal async ValueTask<ConnectResult> ConnectAsync(
        SshTargetModel target, Session session, ITargetOutput output, CancellationToken cancellationToken)
    {
        DialResult dialled = await dialer.DialAsync(target, cancellationToken);
        if (dialled.Pipe is null)
        {
            return ConnectResult.Fail(ConnectFailure.TargetDown, dialled.Message);
        }

        TargetCredential credential = certificates.Issue(
            session.Identity.User, session.Id, target.Name, session.Login, permitPty: session.Request.Terminal is not null);
        string? wrongHost = null;
        SshClientConnection connection = new(dialled.Pipe, new SshClientOptions
        {
            UserName = session.Login,
            Identities = [new SshClientIdentity(credential.Key, credential.Certificate)],
            VerifyHostKey = (offer, _) =>
            {
                wrongHost = verifier.Refuse(target, offer);
                return ValueTask.FromResult(wrongHost is null);
            },
            Algorithms = AlgorithmsFor(target),
            TimeProvider = time,
            Logger = logger,
        });
        Task completion = RunAsync(connection, dialled.Pipe, credential);
        try
        {
            await connection.SignedIn.WaitAsync(config.Current.Dial.Timeout, time, cancellationToken);
            SshTargetChannel? channel = await StartAsync(connection, target, session.Request, output, cancellationToken);
            if (channel is not null)
            {
                return ConnectResult.Ok(channel, completion);
            }

            return await FailAsync(ConnectFailure.RequestRefused, $"target {target.Name} refused to start {Word(session.Request)}.");
        }
        catch (SshConnectException e)
        {
            return await FailAsync(FailureOf(e.End.Reason), wrongHost ?? Message(target, session.Login, e.End));
        }
        catch (SshChannelOpenException e)
        {
            return await FailAsync(ConnectFailure.RequestRefused, $"target {target.Name} refused the session: {e.Message}");
        }
        catch (TimeoutException)
        {
            return await FailAsync(ConnectFailure.TargetDown, $"target {target.Name} did not complete the sign-in in time.");
        }
        catch
        {
            connection.Disconnect(DisconnectReason.ByApplication, "The session ended.");
            await completion;
            throw;
        }

        async ValueTask<ConnectResult> FailAsync(ConnectFailure failure, string message)
        {
            connection.Disconnect(DisconnectReason.ByApplication, "The session ended.");
            await completion;
            return ConnectResult.Fail(failure, message);
        }
    }

    private static async Task RunAsync(SshClientConnection connection, SocketPipe pipe, TargetCredential credential)
    {
        await connection.RunAsync();
        await pipe.DisposeAsync();
        credential.Dispose();
    }

    // All requests leave together and the answers come back together: one round trip.
    private static async ValueTask<SshTargetChannel?> StartAsync(
        SshClientConnection connection, SshTargetModel target, TargetRequest request, ITargetOutput output, CancellationToken cancellationToken)
    {
        SshTargetChannel handler = new(target.Name, output);
        SshChannel channel = await connection.OpenSessionAsync(handler, cancellationToken);
        handler.Bind(channel);
        foreach (EnvRequest variable in request.Environment)
        {
            channel.Request(new EnvRequest(variable.Name, variable.Value));
        }

        ValueTask<bool> terminal = request.Terminal is { } pty
            ? channel.RequestAsync(new PtyRequest(pty.Terminal, pty.Size, pty.Modes), cancellationToken)
            : ValueTask.FromResult(true);
        ValueTask<bool> start = channel.RequestAsync(StartRequest(request), cancellationToken);
        bool gotTerminal = await terminal;
        if (!await start || !gotTerminal)
        {
            return null;
        }

        handler.Confirm();
        return handler;
    }

    private static SshChannelRequest StartRequest(TargetRequest request) => request.Kind switch
    {
        ChannelKind.Shell => new ShellRequest(),
        ChannelKind.Exec => new ExecRequest(request.Command),
        _ => new SubsystemRequest(request.Subsystem!),
    };

    // A target that is known by its keys alone is asked for one of these types, or it would show another one that cannot be compared.
    internal static SshAlgorithms AlgorithmsFor(SshTargetModel target)
    {
        if (target.PinnedKeys.Count == 0 || target.HostAuthorities.Count > 0)
        {
            return TargetAlgorithms;
        }

        string[] wanted = [.. target.PinnedKeys.SelectMany(key => key.SignatureAlgorithms)];
        return TargetAlgorithms with { HostKeys = [.. TargetAlgorithms.HostKeys.Where(wanted.Contains)] };
    }

    private static ConnectFailure FailureOf(ConnectionEndReason reason) => reason switch
    {
        ConnectionEndReason.HostKeyRefused => ConnectFailure.HostKeyRefused,
        ConnectionEndReason.SignInFailed => ConnectFailure.SignInRefused,
        _ => ConnectFailure.TargetDown,
    };

    private static string Message(SshTargetModel target, string login, SshConnectionEnd end) => end.Reason switch
    {
        ConnectionEndReason.SignInFailed =>
            $"target {target.Name} does not let the bastion in as {login}: there is no such login, or the target does not trust the bastion's "
            + "target authority (TrustedUserCAKeys).",
        ConnectionEndReason.HostKeyRefused => $"target {target.Name} showed a host key that could not be verified.",
        _ => $"target {target.Name} ended the connection before the sign-in was complete: {end.Message}",
    };

    private static string Word(TargetRequest request) => request.Kind switch
    {
        ChannelKind.Shell => "a shell",
        ChannelKind.Exec => "the command",
        _ => $"the subsystem {request.Subsystem}",
    };
}
