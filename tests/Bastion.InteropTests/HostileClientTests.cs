using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>Peers that do not speak SSH, or speak it with bad intent: they are cut off, and nobody else notices.</summary>
public sealed class HostileClientTests(World world)
{
    public static TheoryData<string> Peers => ["http", "tls", "long-version", "random", "oversized-packet", "silent-close"];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Peers))]
    public async Task HostilePeer_IsCutOff_AndOthersGoOn(string peer)
    {
        await using PtyProcess terminal = world.Alice.StartOnTerminal($"{World.Login}@web1@bastion");
        terminal.Type("echo before-$((1+1))\r");
        await terminal.ExpectAsync("before-2\r\n");

        string answer = await SendAsync(Bytes(peer));

        // the identification string is all that a peer sees that has not shown its own; then a disconnect message, or just the end
        Assert.StartsWith("SSH-2.0-Bastion", answer, StringComparison.Ordinal);
        terminal.Type("echo after-$((2+2))\r");
        await terminal.ExpectAsync("after-4\r\n");
    }

    private static byte[] Bytes(string peer) => peer switch
    {
        "http" => "GET / HTTP/1.1\r\nHost: bastion\r\n\r\n"u8.ToArray(),
        "tls" => [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, .. new byte[512]],
        "long-version" => Encoding.ASCII.GetBytes("SSH-2.0-" + new string('A', 1 << 20)),
        "random" => [.. Enumerable.Range(0, 4096).Select(i => (byte)((i * 167) ^ (i >> 3)))],
        "oversized-packet" => [.. "SSH-2.0-Test\r\n"u8, .. BigEndian(0xfffffff0), .. new byte[100_000]],
        "silent-close" => "SSH-2.0-Test\r\n"u8.ToArray(),
        _ => throw new ArgumentOutOfRangeException(nameof(peer)),
    };

    // Sends, says that nothing more comes, and reads until the server closes; a reset is an end as well.
    private async Task<string> SendAsync(byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", world.Bastion.Port);
        NetworkStream stream = client.GetStream();
        using var answer = new MemoryStream();
        Task reading = stream.CopyToAsync(answer);
        try
        {
            await stream.WriteAsync(bytes);
            client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (IOException)
        {
            // cut off in the middle of it
        }
        catch (SocketException)
        {
            // cut off before it ended
        }
        try
        {
            await reading.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        }
        catch (IOException)
        {
            // reset, because it had sent more than anybody read
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    private static byte[] BigEndian(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
