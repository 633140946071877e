using Bastion.Server.Access;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

// The client's end of a session channel (RFC 4254 §6): collects what it asks for until it starts something, then passes everything to the
// pipeline. All calls come from the connection's read loop.
internal sealed class SessionChannel(SessionOpener opener, ClientConnection connection) : IChannelHandler
{
    private readonly List<EnvRequest> _environment = [];
    private PtyRequest? _terminal;
    private bool _started;
    private ChannelKind _kind;
    private bool _inputEnded;
    private SessionPipeline? _pipeline;

    // Before anything was started there is nobody to read: the bytes are dropped, and their room goes back to the client.
    public void OnData(SshChannel channel, ReadOnlySpan<byte> data, bool isStderr)
    {
        if (_pipeline is null || isStderr)
        {
            channel.Credit(data.Length);
            return;
        }

        _pipeline.OnInput(data);
    }

    public void OnEof(SshChannel channel)
    {
        _inputEnded = true;
        _pipeline?.OnInputEof();
    }

    public void OnWritable(SshChannel channel) => _pipeline?.OnClientWritable();

    public void OnClosed(SshChannel channel)
    {
        _pipeline?.OnClientClosed();
        connection.OnSessionChannelClosed();
    }

    public void OnRequest(SshChannel channel, SshChannelRequest request)
    {
        switch (request)
        {
            case PtyRequest pty: request.Reply(TakeTerminal(pty)); break;
            case EnvRequest variable: request.Reply(TakeVariable(variable)); break;
            case ShellRequest: Start(channel, request, ChannelKind.Shell, default, null); break;
            case ExecRequest exec: Start(channel, request, ChannelKind.Exec, exec.Command, null); break;
            case SubsystemRequest subsystem: Start(channel, request, KindOf(subsystem), default, subsystem.Name); break;
            case WindowChangeRequest change: request.Reply(Resize(change)); break;
            case SignalRequest signal: request.Reply(Signal(signal)); break;
            case BreakRequest sent: request.Reply(Break(sent)); break;
            default: Refuse(request); break;
        }
    }

    private static ChannelKind KindOf(SubsystemRequest subsystem) => subsystem.Name == "sftp" ? ChannelKind.Sftp : ChannelKind.Subsystem;

    // Once, and before the program: RFC 4254 does not know a second terminal.
    private bool TakeTerminal(PtyRequest pty)
    {
        if (_started || _terminal is not null)
        {
            return false;
        }

        if (!connection.Identity!.Credential.PermitPty)
        {
            connection.AuditRefused(pty.Type, "The certificate does not permit a terminal (permit-pty).");
            return false;
        }

        _terminal = pty;
        return true;
    }

    private bool TakeVariable(EnvRequest variable)
    {
        if (_started || _environment.Count >= AcceptedEnvironment.MaxCount || !AcceptedEnvironment.Accepts(variable))
        {
            return false;
        }

        _environment.Add(variable);
        return true;
    }

    // The answer is yes whatever comes: a refusal reaches the user as a line on stderr, which no client shows for a refused request.
    private void Start(SshChannel channel, SshChannelRequest request, ChannelKind kind, ReadOnlyMemory<byte> command, string? subsystem)
    {
        if (_started)
        {
            request.Reply(false);
            return;
        }

        _started = true;
        _kind = kind;
        request.Reply(true);
        _pipeline = opener.Start(channel, connection, new Targets.TargetRequest
        {
            Kind = kind,
            Command = command,
            Subsystem = subsystem,
            Terminal = _terminal,
            Environment = _environment,
        });
        if (_inputEnded)
        {
            _pipeline?.OnInputEof();
        }
    }

    private bool Resize(WindowChangeRequest change)
    {
        if (_terminal is null)
        {
            return false;
        }

        _terminal = _terminal with { Size = change.Size };
        _pipeline?.OnResize(change.Size);
        return true;
    }

    // As sshd: not to a program that the client did not choose.
    private bool Signal(SignalRequest signal) =>
        _kind is ChannelKind.Shell or ChannelKind.Exec
        && connection.Identity!.Credential.ForceCommand is null
        && (_pipeline?.OnSignal(signal.Name) ?? false);

    private bool Break(BreakRequest request)
    {
        _pipeline?.OnBreak(request.Milliseconds);
        return _pipeline is not null && _terminal is not null;
    }

    // Forwarding of agents and displays, and all that we do not know.
    private void Refuse(SshChannelRequest request)
    {
        request.Reply(false);
        string? reason = request.Type switch
        {
            "auth-agent-req@openssh.com" or "agent-req" => "Agent forwarding is not offered: a target could use the agent without being seen.",
            "x11-req" => "X11 forwarding is not offered: it cannot be recorded.",
            _ => null,
        };
        if (reason is not null)
        {
            connection.AuditRefused(request.Type, reason);
        }
    }
}
