using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Bastion.Testing.Processes;

/// <summary>
/// A program on a pseudo-terminal of its own, as a person sits before it: the test types, and waits for what is shown.
/// </summary>
public sealed class PtyProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly SafeFileHandle _master;
    private readonly FileStream _stream;
    private readonly Task _reader;
    private readonly Lock _lock = new();
    private readonly StringBuilder _screen = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _consumed;
    private bool _ended;
    private bool _disposed;

    private PtyProcess(Process process, SafeFileHandle master)
    {
        _process = process;
        _master = master;
        _stream = new FileStream(master, FileAccess.ReadWrite, bufferSize: 0);
        // A terminal has no asynchronous reads: this thread sits in read(2) until the last descriptor of the other side is closed.
        _reader = Task.Factory.StartNew(ReadAll, TaskCreationOptions.LongRunning);
    }

    /// <summary>All that was ever shown.</summary>
    public string Transcript
    {
        get
        {
            lock (_lock)
            {
                return _screen.ToString();
            }
        }
    }

    public static PtyProcess Start(ProcessRequest request, int columns = 80, int rows = 24)
    {
        ArgumentNullException.ThrowIfNull(request);
        (SafeFileHandle master, string path) = LibC.OpenPseudoTerminal();
        LibC.Resize(master, columns, rows);
        // sh connects the three streams; setsid then makes a new session with that terminal in control, so that Ctrl-C and window
        // changes reach the program. Both exec: the process id stays the same from Process.Start to the program.
        ProcessStartInfo info = ProcessRunner.StartInfo(request);
        info.FileName = "/bin/sh";
        info.RedirectStandardInput = info.RedirectStandardOutput = info.RedirectStandardError = false;
        info.ArgumentList.Clear();
        foreach (string argument in (string[])["-c", "exec \"$@\" <\"$0\" >\"$0\" 2>&1", path, Programs.Setsid, "--ctty", request.FileName])
        {
            info.ArgumentList.Add(argument);
        }
        foreach (string argument in request.Arguments)
        {
            info.ArgumentList.Add(argument);
        }
        if (!request.Environment.ContainsKey("TERM"))
        {
            info.Environment["TERM"] = "xterm-256color";
        }
        var process = new Process { StartInfo = info };
        process.Start();
        return new PtyProcess(process, master);
    }

    public void Type(string text) => _stream.Write(Encoding.UTF8.GetBytes(text));

    public void Resize(int columns, int rows) => LibC.Resize(_master, columns, rows);

    /// <summary>Waits until the pattern stands in what was shown since the last call, and takes it and all before it.</summary>
    public async Task<Match> ExpectAsync(string pattern, TimeSpan? timeout = null)
    {
        using var timedOut = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(15), TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timedOut.Token, TestContext.Current.CancellationToken);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                Match match = Regex.Match(_screen.ToString(_consumed, _screen.Length - _consumed), pattern, RegexOptions.Multiline);
                if (match.Success)
                {
                    _consumed += match.Index + match.Length;
                    return match;
                }
                if (_ended)
                {
                    throw new InvalidOperationException($"The program ended without showing /{pattern}/.\n{_screen}");
                }
                changed = _changed.Task;
            }
            try
            {
                await changed.WaitAsync(stop.Token);
            }
            catch (OperationCanceledException) when (timedOut.IsCancellationRequested)
            {
                throw new TimeoutException($"/{pattern}/ was not shown in time.\n{Transcript}");
            }
        }
    }

    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(timeout ?? TimeSpan.FromSeconds(15), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The program did not end in time.\n{Transcript}");
        }
        return _process.ExitCode;
    }

    /// <summary>Closes the terminal, as somebody who closes the window: the program is killed. Twice is as good as once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
        await _process.WaitForExitAsync();
        await _reader;
        await _stream.DisposeAsync();
        _master.Dispose();
        _process.Dispose();
    }

    private void ReadAll()
    {
        var decoder = Encoding.UTF8.GetDecoder();
        byte[] bytes = new byte[4096];
        char[] chars = new char[4096];
        while (true)
        {
            int count = TryRead(bytes);
            lock (_lock)
            {
                _screen.Append(chars, 0, decoder.GetChars(bytes, 0, count, chars, 0));
                _ended = count == 0;
                _changed.TrySetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            if (count == 0)
            {
                return;
            }
        }
    }

    private int TryRead(byte[] bytes)
    {
        try
        {
            return _stream.Read(bytes);
        }
        catch (IOException)
        {
            return 0; // EIO: the other side is closed
        }
    }
}
