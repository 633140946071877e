using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Channels;

// RFC 4254 §5.4 and §6: the part of SSH_MSG_CHANNEL_REQUEST after the want-reply flag, both ways.
internal static class ChannelRequestCodec
{
    // TERM is a file name in the terminfo database; OpenSSH has no bound, 256 is beyond all entries.
    private const int MaxTerminal = 256;

    // 160 opcodes of five bytes at most (RFC 4254 §8), with room for repetitions.
    private const int MaxModes = 2048;

    // A text to the user; longer ones are refused rather than cut.
    private const int MaxMessage = 4096;

    public static SshChannelRequest Read(string type, ref SshReader reader)
    {
        SshChannelRequest request = type switch
        {
            "pty-req" => ReadPty(ref reader),
            "env" => new EnvRequest(reader.ReadUtf8(MaxMessage), reader.ReadString().ToArray()),
            "shell" => new ShellRequest(),
            "exec" => new ExecRequest(reader.ReadString().ToArray()),
            "subsystem" => new SubsystemRequest(reader.ReadUtf8(MaxTerminal)),
            "window-change" => new WindowChangeRequest(ReadSize(ref reader)),
            "signal" => new SignalRequest(reader.ReadName()),
            "break" => new BreakRequest(reader.ReadUInt32()),
            "exit-status" => new ExitStatusRequest(reader.ReadUInt32()),
            "exit-signal" => ReadExitSignal(ref reader),
            _ => new UnknownRequest(type, reader.ReadBytes(reader.Remaining).ToArray()),
        };
        reader.ReadEnd();
        return request;
    }

    public static void Write(ref SshWriter writer, SshChannelRequest request)
    {
        switch (request)
        {
            case PtyRequest pty:
                writer.WriteString(pty.Terminal);
                WriteSize(ref writer, pty.Size);
                writer.WriteString(pty.Modes.Span);
                break;
            case EnvRequest env:
                writer.WriteString(env.Name);
                writer.WriteString(env.Value.Span);
                break;
            case ExecRequest exec:
                writer.WriteString(exec.Command.Span);
                break;
            case SubsystemRequest subsystem:
                writer.WriteString(subsystem.Name);
                break;
            case WindowChangeRequest change:
                WriteSize(ref writer, change.Size);
                break;
            case SignalRequest signal:
                writer.WriteString(signal.Name);
                break;
            case BreakRequest pause:
                writer.WriteUInt32(pause.Milliseconds);
                break;
            case ExitStatusRequest exit:
                writer.WriteUInt32(exit.Status);
                break;
            case ExitSignalRequest exit:
                writer.WriteString(exit.Name);
                writer.WriteBoolean(exit.CoreDumped);
                writer.WriteString(exit.Message);
                writer.WriteString("");
                break;
            case UnknownRequest unknown:
                writer.WriteBytes(unknown.Payload.Span);
                break;
            default: // shell has no fields
                break;
        }
    }

    private static PtyRequest ReadPty(ref SshReader reader)
    {
        string terminal = reader.ReadUtf8(MaxTerminal);
        TerminalSize size = ReadSize(ref reader);
        return new PtyRequest(terminal, size, reader.ReadString(MaxModes).ToArray());
    }

    private static ExitSignalRequest ReadExitSignal(ref SshReader reader)
    {
        string name = reader.ReadName();
        bool core = reader.ReadBoolean();
        string message = reader.ReadUtf8(MaxMessage);
        reader.ReadString(MaxMessage); // language tag, unused
        return new ExitSignalRequest(name, core, message);
    }

    private static TerminalSize ReadSize(ref SshReader reader) =>
        new(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32());

    private static void WriteSize(ref SshWriter writer, TerminalSize size)
    {
        writer.WriteUInt32(size.Columns);
        writer.WriteUInt32(size.Rows);
        writer.WriteUInt32(size.WidthPixels);
        writer.WriteUInt32(size.HeightPixels);
    }
}
