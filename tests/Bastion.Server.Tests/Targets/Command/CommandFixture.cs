using System.Text;
using Bastion.Server.Targets;
using Bastion.Server.Targets.Command;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Targets.Command;

// Starts real programs and talks to them. Tests that change the account need root, as the server does in production.
public sealed class CommandFixture : IDisposable
{
    private readonly DescriptorPoller _poller = new();

    public CommandFixture() => Launcher = new CommandLauncher(_poller, TimeProvider.System);

    internal CommandLauncher Launcher { get; }

    internal static Account Nobody => Account.Find("nobody") ?? throw new InvalidOperationException("There is no account 'nobody' here.");

    internal static TerminalSettings Terminal(uint columns = 80, uint rows = 24, params byte[] modes) =>
        new(new TerminalSize(columns, rows, 0, 0), modes);

    internal ChildProcess Start(TerminalSettings? terminal, Account? account, params string[] arguments) => Launcher.Start(new CommandLaunch
    {
        Arguments = [.. arguments.Select(argument => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(argument))],
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["TERM"] = "dumb" },
        WorkingDirectory = "/",
        RunAs = account,
        Terminal = terminal,
    });

    internal async Task<(string Output, TargetExit Exit)> RunAsync(TerminalSettings? terminal, Account? account, params string[] arguments)
    {
        await using ChildProcess child = Start(terminal, account, arguments);
        if (terminal is null)
        {
            child.Streams.Input.Dispose();
        }

        string output = Encoding.UTF8.GetString(await ReadToEndAsync(child.Streams.Output));
        return (output, await child.Exited);
    }

    internal static async Task<byte[]> ReadToEndAsync(PolledDescriptor source)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[65536];
        while (true)
        {
            int count = source.TryRead(buffer);
            if (count == PolledDescriptor.WouldBlock)
            {
                await source.WaitReadableAsync().AsTask().WaitAsync(TestContext.Current.CancellationToken);
                continue;
            }

            if (count == 0)
            {
                return all.ToArray();
            }

            all.Write(buffer, 0, count);
        }
    }

    internal static async Task<string> ReadUntilAsync(PolledDescriptor source, string expected)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!text.ToString().Contains(expected, StringComparison.Ordinal))
        {
            int count = source.TryRead(buffer);
            if (count == PolledDescriptor.WouldBlock)
            {
                await source.WaitReadableAsync().AsTask().WaitAsync(TestContext.Current.CancellationToken);
                continue;
            }

            Assert.True(count > 0, $"The output ended before '{expected}': {text}");
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    internal static async Task WriteAsync(PolledDescriptor sink, ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            int count = sink.TryWrite(data.Span);
            if (count == PolledDescriptor.WouldBlock)
            {
                await sink.WaitWritableAsync().AsTask().WaitAsync(TestContext.Current.CancellationToken);
                continue;
            }

            Assert.True(count > 0, "The program no longer reads.");
            data = data[count..];
        }
    }

    internal static Task WriteAsync(PolledDescriptor sink, string text) => WriteAsync(sink, Encoding.UTF8.GetBytes(text));

    public void Dispose() => _poller.Dispose();
}
