using System.Net;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

// One client connection: who signed in on it, where it is to lead, what it may open. One object per connection, made by ClientConnectionFactory;
// partials by phase: signing in (.SignIn.cs), channels (.Channels.cs), the end (.End.cs).
internal sealed partial class ClientConnection : ISshServerHandler
{
    private readonly ClientConnectionFactory _parts;
    private readonly ClientConnection? _outer;
    private SshServerConnection? _ssh;
    private int _innerCount;

    // outer: the connection whose direct-tcpip channel carries this one (`ssh -J`), which then leads to fixedTarget and nowhere else.
    internal ClientConnection(ClientConnectionFactory parts, string id, IPAddress source, ClientConnection? outer, string? fixedTarget)
    {
        _parts = parts;
        _outer = outer;
        Id = id;
        Source = source;
        TargetName = fixedTarget;
    }

    // The same in log and audit records.
    internal string Id { get; }

    // Of the outermost connection: what an inner one claims to come from proves nothing.
    internal IPAddress Source { get; }

    // Null until the sign-in.
    internal SignedInUser? Identity { get; private set; }

    // The account on the target that the client asked for.
    internal string Login { get; private set; } = "";

    // Null: the client named none.
    internal string? TargetName { get; private set; }

    // Inside an `ssh -J` channel.
    internal bool IsInner => _outer is not null;

    // Runs the connection to its end, and waits until nothing of it is left. Throws nothing.
    internal async Task RunAsync(SshServerConnection ssh)
    {
        _ssh = ssh;
        _parts.Logger.ConnectionOpened(Id, Source);
        SshConnectionEnd end = await ssh.RunAsync();
        _disconnected.SetResult();
        _expiry?.Dispose();
        _drain?.Dispose();
        await WaitForChildrenAsync();
        _parts.Registry.Remove(this);
        _parts.Logger.ConnectionEnded(Id, end.Reason, end.Message);
    }

    // An SSH connection inside of a channel of this one, standing in for a target.
    internal async Task RunInnerAsync(ChannelPipe pipe, SshServerOptions options, string targetName)
    {
        ClientConnection inner = new(_parts, $"{Id}/{Interlocked.Increment(ref _innerCount)}", Source, outer: this, targetName);
        await inner.RunAsync(new SshServerConnection(pipe, options, inner));
        await pipe.Completion;
    }
}
