using System.Diagnostics;
using Xunit;

namespace Bastion.Testing.Processes;

/// <summary>A program that runs beside the test until it is stopped. Its output is kept by line, and lines can be waited for.</summary>
public sealed class DaemonProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _readers;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = [];
    private bool _ended;

    private DaemonProcess(Process process)
    {
        _process = process;
        _readers = ReadAllAsync();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>All lines so far, of both streams.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public static DaemonProcess Start(ProcessRequest request)
    {
        var process = new Process { StartInfo = ProcessRunner.StartInfo(request) };
        process.Start();
        process.StandardInput.Close();
        return new DaemonProcess(process);
    }

    /// <summary>The first line, from the start of the process on, that is wanted. Throws when the process ends or the time is over before.</summary>
    public async Task<string> WaitForLineAsync(Func<string, bool> wanted, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lines.Find(line => wanted(line)) is { } line)
            {
                return line;
            }
            if (_ended)
            {
                throw new InvalidOperationException($"The process ended first.\n{Describe()}");
            }
            _waiting.Add((wanted, found));
        }
        try
        {
            return await found.Task.WaitAsync(timeout, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The line did not come within {timeout}.\n{Describe()}");
        }
    }

    public void Terminate() => LibC.Kill(_process.Id, LibC.SigTerm);

    public void HangUp() => LibC.Kill(_process.Id, LibC.SigHup);

    public void Interrupt() => LibC.Kill(_process.Id, LibC.SigInt);

    /// <summary>Kills it without notice, as the kernel does when memory is short.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public async Task<int> WaitForExitAsync(TimeSpan timeout)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(timeout, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The process did not end within {timeout}.\n{Describe()}");
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
        await _process.WaitForExitAsync();
        await _readers;
        _process.Dispose();
    }

    public string Describe() => $"$ {_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)}\n{string.Join('\n', Lines)}";

    private async Task ReadAllAsync()
    {
        await Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        lock (_lock)
        {
            _ended = true;
            foreach ((_, TaskCompletionSource<string> found) in _waiting)
            {
                found.TrySetException(new InvalidOperationException($"The process ended first.\n{Describe()}"));
            }
            _waiting.Clear();
        }
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lock)
            {
                _lines.Add(line);
                for (int i = _waiting.Count - 1; i >= 0; i--)
                {
                    if (_waiting[i].Wanted(line))
                    {
                        _waiting[i].Found.TrySetResult(line);
                        _waiting.RemoveAt(i);
                    }
                }
            }
        }
    }
}
