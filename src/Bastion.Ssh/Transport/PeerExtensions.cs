using System.Text;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Transport;

// What the peer announced in SSH_MSG_EXT_INFO (RFC 8308 §2.3): byte 7; uint32 count; count × (string name, string value).
internal sealed record PeerExtensions(IReadOnlyList<string> ServerSigAlgs)
{
    // As OpenSSH.
    private const uint MaxExtensions = 1024;

    public static readonly PeerExtensions None = new([]);

    public static PeerExtensions Read(ReadOnlySpan<byte> payload)
    {
        SshReader reader = new(payload[1..]);
        uint count = reader.ReadUInt32();
        if (count > MaxExtensions)
        {
            SshProtocolException.Throw("EXT_INFO has too many extensions.");
        }

        PeerExtensions extensions = None;
        for (uint i = 0; i < count; i++)
        {
            string name = reader.ReadName();
            ReadOnlySpan<byte> value = reader.ReadString();
            if (name == "server-sig-algs")
            {
                extensions = new PeerExtensions(Encoding.ASCII.GetString(value).Split(','));
            }
        }

        reader.ReadEnd();
        return extensions;
    }

    // OpenSSH PROTOCOL §1.8, §3.1; RFC 8308 §3.1. Sent by a server.
    public static byte[] BuildForServer(IReadOnlyList<string> signatureAlgorithms)
    {
        using SshWriter writer = new(stackalloc byte[512]);
        writer.WriteByte((byte)MessageNumber.ExtInfo);
        writer.WriteUInt32(3);
        writer.WriteString("server-sig-algs");
        writer.WriteNameList(signatureAlgorithms);
        writer.WriteString("publickey-hostbound@openssh.com");
        writer.WriteString("0");
        writer.WriteString("ping@openssh.com");
        writer.WriteString("0");
        return writer.ToArray();
    }
}
