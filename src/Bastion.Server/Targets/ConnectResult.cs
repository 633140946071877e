namespace Bastion.Server.Targets;

// Why a target could not be used. Sessions and the audit log keep them apart, because different people mend them.
internal enum ConnectFailure
{
    None,

    // Name not found, connection refused, no answer in time, or counted as down after such failures.
    TargetDown,

    // The machine that answered is not the target, as far as can be proven.
    HostKeyRefused,

    // The target does not let the bastion in: its certificate authority is not trusted there, or there is no such login.
    SignInRefused,

    // The configuration or this machine does not allow the target to be used.
    TargetRefused,

    // The target is there, but will not start what was asked for.
    RequestRefused,
}

// A started target channel, or a failure with one line that names the target and the cause.
internal sealed record ConnectResult(ITargetChannel? Channel, Task Completion, ConnectFailure Failure, string Message)
{
    // Completion: everything behind the channel, to be awaited after it was closed.
    internal static ConnectResult Ok(ITargetChannel channel, Task completion) => new(channel, completion, ConnectFailure.None, "");

    internal static ConnectResult Fail(ConnectFailure failure, string message) => new(null, Task.CompletedTask, failure, message);
}
