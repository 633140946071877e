using Microsoft.Win32.SafeHandles;

namespace Bastion.Server.Targets.Command;

// Our ends of a child's stdin, stdout and stderr. On a terminal the first two are the same descriptor and there is no third.
internal sealed class ChildStreams : IDisposable
{
    private ChildStreams(PolledDescriptor input, PolledDescriptor output, PolledDescriptor? error)
    {
        Input = input;
        Output = output;
        Error = error;
    }

    internal PolledDescriptor Input { get; }

    internal PolledDescriptor Output { get; }

    internal PolledDescriptor? Error { get; }

    internal bool IsTerminal => ReferenceEquals(Input, Output);

    internal static ChildStreams OfTerminal(DescriptorPoller poller, SafeFileHandle master)
    {
        PolledDescriptor terminal = poller.Add(master);
        return new ChildStreams(terminal, terminal, null);
    }

    internal static ChildStreams OfPipes(DescriptorPoller poller, SafeFileHandle input, SafeFileHandle output, SafeFileHandle error) =>
        new(poller.Add(input), poller.Add(output), poller.Add(error));

    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        Error?.Dispose();
    }
}
