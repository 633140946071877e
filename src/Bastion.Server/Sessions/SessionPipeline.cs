using System.Buffers;
using System.Text;
using Bastion.Server.Targets;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

// The one place where the stages of a session are joined:
//
//   client ─▶ OnInput  ─▶ (command gate) ──────────────▶ ITargetChannel
//   client ◀─ SshChannel ◀─ count ◀─ (output masker) ◀── OnOutput
//
// Back-pressure goes from end to end: the source gets room for more (Credit) only when its bytes have left on the other side, so
// what lies in between is bounded by the two windows. The directions never wait for each other: each has its own lock.
// All methods return at once; they are called on the read loops of both connections, or on the loops of a program.
internal sealed class SessionPipeline : ITargetOutput
{
    // A user who presses Ctrl-C while the target is still being reached does so a few times, not more.
    private const int MaxEarlySignals = 8;

    private const uint FailureStatus = 255; // what ssh(1) itself exits with when the connection is the problem

    private readonly SshChannel _client;
    private readonly Session _session;

    private readonly Lock _inputLock = new();
    private readonly ArrayBufferWriter<byte> _early = new(1); // input that came before the target was there; bounded by the client's window
    private ITargetChannel? _target;
    private int _uncreditedInput;
    private bool _inputEnded;
    private readonly List<string> _earlySignals = [];
    private TerminalSize? _earlySize;
    private bool _closed;
    private int _ended;

    private readonly Lock _outputLock = new();
    private int _uncreditedOutput;
    private bool _exitSent;
    private bool _clientClosed;

    internal SessionPipeline(SshChannel client, Session session)
    {
        _client = client;
        _session = session;
    }

    // The target is there: it gets what the client has sent meanwhile. Nothing when the session was ended before.
    internal void Attach(ITargetChannel target)
    {
        lock (_inputLock)
        {
            if (_closed)
            {
                target.Close();
                return;
            }

            _target = target;
            if (_earlySize is { } size)
            {
                target.Resize(size);
            }

            if (_early.WrittenCount > 0)
            {
                PassOn(target, _early.WrittenSpan);
                _early.Clear();
            }

            _earlySignals.ForEach(name => target.Signal(name));
            if (_inputEnded)
            {
                target.SendEof();
            }
        }

        lock (_outputLock)
        {
            CreditTarget();
        }
    }

    // ---- client to target

    internal void OnInput(ReadOnlySpan<byte> data)
    {
        lock (_inputLock)
        {
            _session.CountIn(data.Length);
            if (_closed)
            {
                return;
            }

            if (_target is null)
            {
                _early.Write(data);
                return;
            }

            PassOn(_target, data);
        }
    }

    internal void OnInputEof()
    {
        lock (_inputLock)
        {
            _inputEnded = true;
            _target?.SendEof();
        }
    }

    internal void OnResize(TerminalSize size)
    {
        lock (_inputLock)
        {
            _earlySize = size;
            _target?.Resize(size);
        }
    }

    internal bool OnSignal(string name)
    {
        lock (_inputLock)
        {
            if (_target is not null)
            {
                return _target.Signal(name);
            }

            if (_closed || _earlySignals.Count >= MaxEarlySignals)
            {
                return false;
            }

            _earlySignals.Add(name);
            return true;
        }
    }

    internal void OnBreak(uint milliseconds)
    {
        lock (_inputLock)
        {
            _target?.SendBreak(milliseconds);
        }
    }

    void ITargetOutput.OnWritable()
    {
        lock (_inputLock)
        {
            int credit = _uncreditedInput;
            _uncreditedInput = 0;
            _client.Credit(credit);
        }
    }

    // ---- target to client

    void ITargetOutput.OnOutput(ReadOnlySpan<byte> data, bool isStderr)
    {
        lock (_outputLock)
        {
            if (_clientClosed)
            {
                return;
            }

            _session.CountOut(data.Length);
            _uncreditedOutput += data.Length;
            if (_client.Send(data, isStderr))
            {
                CreditTarget();
            }
        }
    }

    void ITargetOutput.OnOutputEof()
    {
        lock (_outputLock)
        {
            _client.SendEof();
        }
    }

    void ITargetOutput.OnExit(TargetExit exit)
    {
        lock (_outputLock)
        {
            if (_exitSent)
            {
                return;
            }

            _exitSent = true;
            _session.Exit = exit;
            _session.SetEndReason(SessionEndReason.Completed);
            _client.Request(exit.Signal is { } signal
                ? new ExitSignalRequest(signal, exit.CoreDumped, "")
                : new ExitStatusRequest(exit.Status ?? FailureStatus));
        }
    }

    internal void OnClientWritable()
    {
        lock (_outputLock)
        {
            CreditTarget();
        }
    }

    // ---- the end

    void ITargetOutput.OnClosed(string? error)
    {
        if (error is not null)
        {
            End(SessionEndReason.TargetLost, error);
            return;
        }

        End(SessionEndReason.Completed, null);
    }

    internal void OnClientClosed()
    {
        lock (_outputLock)
        {
            _clientClosed = true;
        }

        End(SessionEndReason.ClientClosed, null);
    }

    // Ends the session from any side; the first end counts, and what it sets off here does not end it once more with another text.
    // The text, one line, goes to the user's stderr, and the exit status is that of a failed connection; without a text the client's
    // channel just closes behind what was sent.
    internal void End(SessionEndReason reason, string? text)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        _session.SetEndReason(reason);

        // The client first: closing the target may call us back before it returns, with the end that we have made ourselves.
        CloseClient(text);
        CloseTarget();
        _session.CancelWaiting();
    }

    private void CloseTarget()
    {
        ITargetChannel? target;
        lock (_inputLock)
        {
            _closed = true;
            _early.Clear();
            target = _target;
        }

        target?.Close();
    }

    private void CloseClient(string? text)
    {
        lock (_outputLock)
        {
            if (_clientClosed)
            {
                return;
            }

            _clientClosed = true;
            if (text is not null && !_exitSent)
            {
                Tell(text);
                _client.Request(new ExitStatusRequest(FailureStatus));
            }

            _client.SendEof();
            _client.Close();
        }
    }

    // A line for the user that does not end the session.
    internal void Notify(string text)
    {
        lock (_outputLock)
        {
            if (!_clientClosed)
            {
                Tell(text);
            }
        }
    }

    // A terminal is in raw mode: it needs the carriage return.
    private void Tell(string text)
    {
        string end = _session.Request.Terminal is null ? "\n" : "\r\n";
        _client.Send(Encoding.UTF8.GetBytes($"bastion: {text}{end}"), stderr: true);
    }

    private void PassOn(ITargetChannel target, ReadOnlySpan<byte> data)
    {
        _uncreditedInput += data.Length;
        if (target.Send(data))
        {
            int credit = _uncreditedInput;
            _uncreditedInput = 0;
            _client.Credit(credit);
        }
    }

    // Nothing is lost when the target is not attached yet: Attach does it again.
    private void CreditTarget()
    {
        if (Volatile.Read(ref _target) is { } target)
        {
            int credit = _uncreditedOutput;
            _uncreditedOutput = 0;
            target.Credit(credit);
        }
    }
}
