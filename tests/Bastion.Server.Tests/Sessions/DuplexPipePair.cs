using System.IO.Pipelines;

namespace Bastion.Server.Tests.Sessions;

// Two ends of a connection in memory, with the thresholds of a socket so that back-pressure works as on one.
internal sealed class DuplexPipePair
{
    private static readonly PipeOptions Options = new(pauseWriterThreshold: 1024 * 1024, resumeWriterThreshold: 512 * 1024, useSynchronizationContext: false);

    public DuplexPipePair()
    {
        Pipe up = new(Options);
        Pipe down = new(Options);
        Client = new End(down.Reader, up.Writer);
        Server = new End(up.Reader, down.Writer);
    }

    public IDuplexPipe Client { get; }

    public IDuplexPipe Server { get; }

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
