namespace Bastion.Ssh.Transport;

internal enum PacketDirection
{
    ClientToServer,
    ServerToClient,
}
