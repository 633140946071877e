using System.Threading.Channels;

namespace Bastion.Ssh.Tests.Connections;

// Signs in one known key and hands every channel to a handler of the test's.
internal sealed class TestServerHandler : ISshServerHandler
{
    private readonly Channel<(SshChannel Channel, TestChannelHandler Handler)> _channels =
        Channel.CreateUnbounded<(SshChannel, TestChannelHandler)>();

    public required Func<SshCredential, bool> Accepts { get; init; }

    public Func<TestChannelHandler> CreateHandler { get; set; } = () => new TestChannelHandler();

    public Action<SshChannelOpen>? OnOpen { get; init; }

    public int SignIns { get; private set; }

    public int Queries { get; private set; }

    public int Opens { get; private set; }

    public ValueTask<bool> IsAcceptableAsync(SshCredential credential, CancellationToken cancellationToken)
    {
        Queries++;
        return new(Accepts(credential));
    }

    public ValueTask<bool> SignInAsync(SshCredential credential, CancellationToken cancellationToken)
    {
        SignIns++;
        return new(Accepts(credential));
    }

    public void OnChannelOpen(SshChannelOpen open)
    {
        Opens++;
        if (OnOpen is not null)
        {
            OnOpen(open);
            return;
        }

        TestChannelHandler handler = CreateHandler();
        _channels.Writer.TryWrite((open.Accept(handler), handler));
    }

    public ValueTask<(SshChannel Channel, TestChannelHandler Handler)> NextChannelAsync(CancellationToken cancellationToken) =>
        _channels.Reader.ReadAsync(cancellationToken);
}
