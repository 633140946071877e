using Bastion.Ssh;

namespace Bastion.Server.Targets;

// A session channel on a machine, with the connection that carries this one session and ends with it.
internal sealed class SshTargetChannel(string targetName, ITargetOutput output) : ITargetChannel, IChannelHandler
{
    private readonly Lock _lock = new();
    private SshChannel? _channel;
    private bool _confirmed;
    private bool _closed;
    private string? _closedError;

    // The channel is open; the session does not see this object before.
    internal void Bind(SshChannel channel) => _channel = channel;

    // The target has started what was asked for. Until then the end of the channel is told by whoever asked, not by us.
    internal void Confirm()
    {
        lock (_lock)
        {
            _confirmed = true;
            if (!_closed)
            {
                return;
            }
        }

        output.OnClosed(_closedError);
    }

    public bool Send(ReadOnlySpan<byte> data) => _channel!.Send(data);

    public void SendEof() => _channel!.SendEof();

    public void Credit(int bytes) => _channel!.Credit(bytes);

    public void Resize(TerminalSize size) => _channel!.Request(new WindowChangeRequest(size));

    // Whether the target knows it is not asked: the client's own request is answered before the target could.
    public bool Signal(string name)
    {
        _channel!.Request(new SignalRequest(name));
        return true;
    }

    public void SendBreak(uint milliseconds) => _channel!.Request(new BreakRequest(milliseconds));

    public void Close() => _channel!.Connection.Disconnect(DisconnectReason.ByApplication, "The session ended.");

    void IChannelHandler.OnData(SshChannel channel, ReadOnlySpan<byte> data, bool isStderr) => output.OnOutput(data, isStderr);

    void IChannelHandler.OnEof(SshChannel channel) => output.OnOutputEof();

    void IChannelHandler.OnWritable(SshChannel channel) => output.OnWritable();

    void IChannelHandler.OnRequest(SshChannel channel, SshChannelRequest request)
    {
        request.Reply(false); // a server asks nothing that we would do
        if (request is ExitStatusRequest exit)
        {
            output.OnExit(TargetExit.WithStatus(exit.Status));
        }
        else if (request is ExitSignalRequest signal)
        {
            output.OnExit(TargetExit.BySignal(signal.Name, signal.CoreDumped)); // printable: the engine sees to it. Its text is dropped
        }
    }

    void IChannelHandler.OnClosed(SshChannel channel)
    {
        // The channel of a connection that ended under it was not closed by the target's program.
        bool lost = channel.Connection.Closing.IsCancellationRequested;
        lock (_lock)
        {
            _closed = true;
            _closedError = lost ? $"the connection to target {targetName} was lost." : null;
            if (!_confirmed)
            {
                return;
            }
        }

        output.OnClosed(_closedError);
    }
}
