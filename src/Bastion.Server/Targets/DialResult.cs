namespace Bastion.Server.Targets;

// A connection to a target's SSH port, or one line that says why there is none.
internal sealed record DialResult(SocketPipe? Pipe, string Message)
{
    internal static DialResult Ok(SocketPipe pipe) => new(pipe, "");

    internal static DialResult Fail(string message) => new(null, message);
}
