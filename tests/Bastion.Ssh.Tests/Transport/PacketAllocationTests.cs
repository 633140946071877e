using System.Buffers;
using Bastion.Ssh.Transport;
using Xunit;

namespace Bastion.Ssh.Tests.Transport;

public sealed class PacketAllocationTests
{
    [Theory]
    [MemberData(nameof(CipherSuite.Names), MemberType = typeof(CipherSuite))]
    public void WriteAndRead_InTheSteadyState_AllocateNothing(string cipher, string mac)
    {
        CipherSuite suite = CipherSuite.Get(cipher, mac);
        using PacketWriter writer = suite.CreateWriter();
        using PacketReader reader = suite.CreateReader();
        ArrayBufferWriter<byte> wire = new(128 * 1024);
        byte[] body = new byte[32 * 1024];
        Run(writer, reader, wire, body, 50);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(writer, reader, wire, body, 200);

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(500, reader.PacketsSinceRekey);
        Assert.Equal(0, allocated);
    }

    private static void Run(PacketWriter writer, PacketReader reader, ArrayBufferWriter<byte> wire, byte[] body, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            wire.ResetWrittenCount();
            writer.Write(wire, "channel 1"u8, body);
            writer.Write(wire, "channel 1"u8, body.AsSpan(0, 10));
            ReadOnlySequence<byte> input = new(wire.WrittenMemory);
            while (reader.TryRead(ref input, out _))
            {
            }
        }
    }
}
