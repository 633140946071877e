using System.Buffers;

namespace Bastion.Ssh.Tests.Transport;

// Builds sequences of many segments, as a socket leaves them in a pipe.
internal static class Segments
{
    // Every cut starts a new segment; cuts outside the bytes are ignored.
    public static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> bytes, IEnumerable<int> cuts)
    {
        Segment? first = null;
        Segment? last = null;
        int start = 0;
        foreach (int end in cuts.Where(cut => cut > 0 && cut < bytes.Length).Distinct().Order().Append(bytes.Length))
        {
            last = new Segment(bytes[start..end], last);
            first ??= last;
            start = end;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
