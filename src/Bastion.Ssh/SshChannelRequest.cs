using System.Text;

namespace Bastion.Ssh;

/// <summary>A request on a channel (RFC 4254 §5.4, §6). Received ones carry the answer back; sent ones are plain values.</summary>
public abstract record SshChannelRequest
{
    private SshChannel? _channel;
    private int _replied;

    /// <summary>True if the peer waits for an answer.</summary>
    public bool WantReply => _channel is not null;

    /// <summary>The request's name on the wire.</summary>
    public abstract string Type { get; }

    /// <summary>Answers the peer, if it waits. Later calls do nothing.</summary>
    /// <param name="success">True for SSH_MSG_CHANNEL_SUCCESS.</param>
    public void Reply(bool success)
    {
        if (_channel is not null && Interlocked.Exchange(ref _replied, 1) == 0)
        {
            _channel.CompleteReply(this, success);
        }
    }

    internal void BindReply(SshChannel channel, int length)
    {
        _channel = channel;
        Length = length;
    }

    // Bytes on the wire, counted against SshLimits.MaxPendingRequestBytes while the answer is outstanding.
    internal int Length { get; private set; }
}

/// <summary>Asks for a terminal (RFC 4254 §6.2).</summary>
/// <param name="Terminal">Value of TERM.</param>
/// <param name="Size">Size of the terminal.</param>
/// <param name="Modes">Encoded terminal modes (RFC 4254 §8), passed on as they are.</param>
public sealed record PtyRequest(string Terminal, TerminalSize Size, ReadOnlyMemory<byte> Modes) : SshChannelRequest
{
    /// <inheritdoc/>
    public override string Type => "pty-req";
}

/// <summary>Size of a terminal.</summary>
/// <param name="Columns">Characters in a line.</param>
/// <param name="Rows">Lines.</param>
/// <param name="WidthPixels">Width in pixels, or zero.</param>
/// <param name="HeightPixels">Height in pixels, or zero.</param>
public readonly record struct TerminalSize(uint Columns, uint Rows, uint WidthPixels, uint HeightPixels);

/// <summary>Sets a variable for the program to come (RFC 4254 §6.4).</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Value">Its value, any bytes.</param>
public sealed record EnvRequest(string Name, ReadOnlyMemory<byte> Value) : SshChannelRequest
{
    /// <inheritdoc/>
    public override string Type => "env";
}

/// <summary>Starts the account's shell (RFC 4254 §6.5).</summary>
public sealed record ShellRequest : SshChannelRequest
{
    /// <inheritdoc/>
    public override string Type => "shell";
}

/// <summary>Runs a command (RFC 4254 §6.5).</summary>
/// <param name="Command">The command line as the client wrote it, any bytes.</param>
public sealed record ExecRequest(ReadOnlyMemory<byte> Command) : SshChannelRequest
{
    /// <summary>Makes the request from text, encoded as UTF-8.</summary>
    /// <param name="command">The command line.</param>
    public ExecRequest(string command)
        : this(Encoding.UTF8.GetBytes(command))
    {
    }

    /// <inheritdoc/>
    public override string Type => "exec";
}

/// <summary>Starts a subsystem such as <c>sftp</c> (RFC 4254 §6.5).</summary>
/// <param name="Name">The subsystem's name.</param>
public sealed record SubsystemRequest(string Name) : SshChannelRequest
{
    /// <inheritdoc/>
    public override string Type => "subsystem";
}

/// <summary>The terminal's size changed (RFC 4254 §6.7).</summary>
/// <param name="Size">The new size.</param>
public sealed record WindowChangeRequest(TerminalSize Size) : SshChannelRequest
{
    /// <inheritdoc/>
    public override string Type => "window-change";
}

/// <summary>Sends a signal to the program (RFC 4254 §6.9).</summary>
/// <param name="Name">The signal without SIG, or a name with a domain such as <c>INFO@openssh.com</c>.</param>
public sealed record SignalRequest(string Name) : SshChannelRequest
{
    /// <inheritdoc/>
    public override string Type => "signal";
}

/// <summary>Sends a break (RFC 4335).</summary>
/// <param name="Milliseconds">Its length.</param>
public sealed record BreakRequest(uint Milliseconds) : SshChannelRequest
{
    /// <inheritdoc/>
    public override string Type => "break";
}

/// <summary>The program ended with a status (RFC 4254 §6.10).</summary>
/// <param name="Status">The exit status.</param>
public sealed record ExitStatusRequest(uint Status) : SshChannelRequest
{
    /// <inheritdoc/>
    public override string Type => "exit-status";
}

/// <summary>The program was ended by a signal (RFC 4254 §6.10).</summary>
/// <param name="Name">The signal without SIG.</param>
/// <param name="CoreDumped">True if a core file was written.</param>
/// <param name="Message">A text for the user, as it came: it may hold control characters.</param>
public sealed record ExitSignalRequest(string Name, bool CoreDumped, string Message) : SshChannelRequest
{
    /// <inheritdoc/>
    public override string Type => "exit-signal";
}

/// <summary>A request that the engine has no meaning for. Answer it with false.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="Payload">The bytes after the want-reply flag.</param>
public sealed record UnknownRequest(string Name, ReadOnlyMemory<byte> Payload) : SshChannelRequest
{
    /// <inheritdoc/>
    public override string Type => Name;
}
