using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Bastion.Ssh;

namespace Bastion.Server.Tests.Sessions;

// What the test machine does with a session:
//   echo TEXT       prints TEXT and a line feed, exits 0
//   error TEXT      the same on stderr, exits 1
//   exit N          exits N
//   cat             returns its input, exits 0 at its end
//   sink            reads nothing
//   flood N         prints N zero bytes, as fast as they are taken, exits 0
//   signal NAME     ends by that signal
//   vanish          closes the channel without a word
//   refuse          the request is refused
//   shell           prints "$ ", then as cat
internal sealed class TestTargetChannel(ConcurrentQueue<SshChannelRequest> requests) : IChannelHandler
{
    private string _verb = "";
    private int _uncredited;
    private long _flood;

    public void OnRequest(SshChannel channel, SshChannelRequest request)
    {
        requests.Enqueue(request);
        switch (request)
        {
            case ExecRequest exec: Start(channel, request, Encoding.UTF8.GetString(exec.Command.Span)); break;
            case ShellRequest: Start(channel, request, "shell"); break;
            case SubsystemRequest { Name: "sftp" }: Start(channel, request, "cat"); break;
            case SubsystemRequest: request.Reply(false); break;
            default: request.Reply(true); break;
        }
    }

    public void OnData(SshChannel channel, ReadOnlySpan<byte> data, bool isStderr)
    {
        if (_verb == "sink")
        {
            return;
        }

        _uncredited += data.Length;
        if (channel.Send(data))
        {
            CreditAll(channel);
        }
    }

    public void OnWritable(SshChannel channel)
    {
        if (_verb == "flood")
        {
            Flood(channel);
            return;
        }

        CreditAll(channel);
    }

    public void OnEof(SshChannel channel)
    {
        if (_verb is "cat" or "shell")
        {
            Exit(channel, 0);
        }
    }

    public void OnClosed(SshChannel channel)
    {
    }

    private void Start(SshChannel channel, SshChannelRequest request, string command)
    {
        _verb = command.Split(' ')[0];
        string argument = command[_verb.Length..].TrimStart();
        request.Reply(_verb != "refuse");
        switch (_verb)
        {
            case "echo": channel.Send(Encoding.UTF8.GetBytes(argument + "\n")); Exit(channel, 0); break;
            case "error": channel.Send(Encoding.UTF8.GetBytes(argument + "\n"), stderr: true); Exit(channel, 1); break;
            case "exit": Exit(channel, uint.Parse(argument, CultureInfo.InvariantCulture)); break;
            case "flood": _flood = long.Parse(argument, CultureInfo.InvariantCulture); Flood(channel); break;
            case "signal": channel.Request(new ExitSignalRequest(argument, CoreDumped: false, "gone")); Exit(channel, null); break;
            case "vanish": channel.Close(); break;
            case "shell": channel.Send("$ "u8); break;
        }
    }

    private void Flood(SshChannel channel)
    {
        byte[] block = new byte[32 * 1024];
        while (_flood > 0)
        {
            int count = (int)Math.Min(_flood, block.Length);
            _flood -= count;
            if (!channel.Send(block.AsSpan(0, count)))
            {
                return;
            }
        }

        Exit(channel, 0);
    }

    private void CreditAll(SshChannel channel)
    {
        channel.Credit(_uncredited);
        _uncredited = 0;
    }

    private static void Exit(SshChannel channel, uint? status)
    {
        if (status is { } code)
        {
            channel.Request(new ExitStatusRequest(code));
        }

        channel.SendEof();
        channel.Close();
    }
}
