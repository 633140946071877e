using Bastion.Ssh;

namespace Bastion.Server.Targets;

// The target's end of a session: a channel to a machine, or a program here. All methods may be called from any thread, never wait and
// do nothing once the channel has closed.
internal interface ITargetChannel
{
    // False: some of it had to be queued, and more should not come before ITargetOutput.OnWritable. The caller bounds the queue, by
    // the room that it has given to the source of the bytes.
    bool Send(ReadOnlySpan<byte> data);

    void SendEof();

    // Gives the target room for more output, after the same number of bytes has gone on to where it belongs.
    void Credit(int bytes);

    void Resize(TerminalSize size);

    // Name as on the wire (RFC 4254 §6.10). False: the target cannot be sent that signal.
    bool Signal(string name);

    void SendBreak(uint milliseconds);

    // Ends it, whatever state it is in. ITargetOutput.OnClosed follows.
    void Close();
}
