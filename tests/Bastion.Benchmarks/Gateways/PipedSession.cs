using System.Diagnostics;
using System.Text;
using Bastion.Testing.Processes;

namespace Bastion.Benchmarks.Gateways;

// An interactive ssh (-tt) whose keyboard and screen are pipes of ours. Blocking streams: nothing may stand between write and read
// when round trips are timed.
internal sealed class PipedSession : IDisposable
{
    private readonly Process _process;
    private readonly Stream _keyboard;
    private readonly Stream _screen;

    private PipedSession(Process process)
    {
        _process = process;
        _keyboard = process.StandardInput.BaseStream;
        _screen = process.StandardOutput.BaseStream;
    }

    public static PipedSession Start(ProcessRequest request)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(request.FileName, request.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true },
        };
        process.Start();
        return new PipedSession(process);
    }

    public void Type(string text)
    {
        _keyboard.Write(Encoding.ASCII.GetBytes(text));
        _keyboard.Flush();
    }

    // Reads up to the end of the text.
    public void ReadTo(string text)
    {
        var seen = new StringBuilder();
        Span<byte> one = stackalloc byte[1];
        while (!seen.ToString().EndsWith(text, StringComparison.Ordinal))
        {
            if (_screen.Read(one) == 0)
            {
                throw new InvalidOperationException($"The session ended before it showed \"{text}\": {seen}");
            }
            seen.Append((char)one[0]);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
