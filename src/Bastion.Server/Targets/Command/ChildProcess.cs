using System.Runtime.InteropServices;
using Bastion.Ssh;
using Microsoft.Win32.SafeHandles;

namespace Bastion.Server.Targets.Command;

// A running program of a command target: the leader of its own POSIX session. Its exit is seen through a pidfd, and it is reaped by
// that pidfd alone, so that System.Diagnostics.Process and we never take each other's children.
// It stays unreaped until DisposeAsync: its number, which is also that of its group and session, stays ours for signals until then.
internal sealed class ChildProcess : IAsyncDisposable
{
    // How long the session may take to end after SIGHUP before it is killed: ample for a shell that saves its history, and short
    // enough that a revocation is over within a second.
    private static readonly TimeSpan HangUpGrace = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _time;
    private readonly SafeFileHandle _process;
    private readonly PolledDescriptor _exit;
    private readonly Lock _reaping = new();
    private bool _reaped;
    private int _disposed;

    private ChildProcess(int pid, SafeFileHandle process, PolledDescriptor exit, ChildStreams streams, TimeProvider time)
    {
        Id = pid;
        Streams = streams;
        _process = process;
        _exit = exit;
        _time = time;
        Exited = WaitForExitAsync();
    }

    internal int Id { get; }

    internal ChildStreams Streams { get; }

    // Completes when the leader has ended; others of its session may still run.
    internal Task<TargetExit> Exited { get; }

    // Takes over the child and its streams. When there is no descriptor left to watch it by, it does not live on unwatched.
    internal static ChildProcess Watch(int pid, DescriptorPoller poller, ChildStreams streams, TimeProvider time)
    {
        SafeFileHandle? process = null;
        try
        {
            process = LibC.OpenPid(pid);
            return new ChildProcess(pid, process, poller.Add(process), streams, time);
        }
        catch
        {
            process?.Dispose();
            _ = LibC.Kill(-pid, LibC.SignalKill);
            _ = Wait(LibC.WaitIdPid, pid, LibC.WaitExited);
            throw;
        }
    }

    // To the leader's process group, as sshd does. On a terminal SIGINT and SIGQUIT go to the job in the foreground.
    internal void Signal(int number)
    {
        if (Streams.IsTerminal && Streams.Output.TryControl(LibC.IoctlSendSignal, number))
        {
            return;
        }

        SignalGroup(number);
    }

    internal unsafe void Resize(TerminalSize size)
    {
        if (Streams.IsTerminal)
        {
            LibC.WindowSize window = PseudoTerminal.ToNative(size);
            _ = Streams.Output.TryControl(LibC.IoctlSetWindowSize, (nint)(&window));
        }
    }

    internal void SendBreak()
    {
        if (Streams.IsTerminal)
        {
            _ = Streams.Output.TryControl(LibC.IoctlSendBreak, 0);
        }
    }

    // Hangs up, waits a moment, kills whatever of the session is left, and reaps: nothing outlives what was recorded.
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Streams.Dispose(); // the master's close makes the kernel hang up the job in the foreground
        SignalGroup(LibC.SignalHangUp);
        try
        {
            await Exited.WaitAsync(HangUpGrace, _time);
        }
        catch (TimeoutException)
        {
            SignalGroup(LibC.SignalKill);
        }

        ProcessSession.Kill(Id);
        await Exited;
        lock (_reaping)
        {
            _ = Wait(LibC.WaitIdPidDescriptor, Number, LibC.WaitExited);
            _reaped = true;
        }

        _exit.Dispose();
    }

    private int Number => (int)_process.DangerousGetHandle();

    // Never after the child was reaped: the number may be somebody else's then.
    private void SignalGroup(int number)
    {
        lock (_reaping)
        {
            if (!_reaped)
            {
                _ = LibC.Kill(-Id, number);
            }
        }
    }

    private async Task<TargetExit> WaitForExitAsync()
    {
        await _exit.WaitReadableAsync();
        return Wait(LibC.WaitIdPidDescriptor, Number, LibC.WaitExited | LibC.WaitNoReap);
    }

    private static unsafe TargetExit Wait(int idType, int id, int options)
    {
        LibC.SignalInfo result = default;
        while (LibC.WaitId(idType, id, &result, options) != 0)
        {
            if (Marshal.GetLastPInvokeError() != LibC.EINTR)
            {
                LibC.ThrowLastError("waitid");
            }
        }

        return result.Code == LibC.ChildExited
            ? TargetExit.WithStatus((uint)result.Status)
            : TargetExit.BySignal(SignalNames.NameOf(result.Status), result.Code == LibC.ChildDumped);
    }
}
