using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Bastion.Testing;

/// <summary>
/// A TCP port on loopback that stays reserved until it is disposed. Two things make it safe among parallel test processes: a lock
/// file per port, and a range below the kernel's ephemeral ports (32768 and up), so that no outgoing connection takes it either.
/// </summary>
public sealed class FreePort : IDisposable
{
    private const int First = 20_000;
    private const int End = 32_000;
    private readonly FileStream _lock;

    private FreePort(int number, FileStream @lock)
    {
        Number = number;
        _lock = @lock;
    }

    public int Number { get; }

    public static FreePort Reserve()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"bst-ports-{Environment.UserName}");
        Directory.CreateDirectory(folder);
        for (int attempt = 0; attempt < End - First; attempt++)
        {
            int number = RandomNumberGenerator.GetInt32(First, End);
            FileStream? file = TryLock(Path.Combine(folder, $"{number}"));
            if (file is not null && IsFree(number))
            {
                return new FreePort(number, file);
            }
            file?.Dispose();
        }
        throw new InvalidOperationException($"No TCP port between {First} and {End} is free.");
    }

    // The file stays: removing it would let a third process lock a new file of the same name.
    public void Dispose() => _lock.Dispose();

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsFree(int number)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, number));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
