using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using Bastion.Server.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Bastion.Server.Admin;

// Who is at the other end of the admin socket: the account that the kernel names (SO_PEERCRED, unix(7)). Only root and the account of
// the bastion itself are let in, whatever the mode of the socket file.
internal sealed record AdminPeer(uint UserId)
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"uid={UserId}");

    // The first thing on each connection of the socket: nothing is read from a stranger.
    internal static ConnectionDelegate Require(ConnectionDelegate next, ILogger logger) => connection =>
    {
        AdminPeer peer = new(ReadUserId(connection.Features.Get<IConnectionSocketFeature>()!.Socket));
        if (peer.UserId != 0 && peer.UserId != FileOwner.Self)
        {
            logger.PeerRefused(peer.UserId);
            connection.Abort();
            return Task.CompletedTask;
        }

        connection.Features.Set(peer);
        return next(connection);
    };

    // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
    private static uint ReadUserId(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        return BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(credentials[4..]);
    }
}
