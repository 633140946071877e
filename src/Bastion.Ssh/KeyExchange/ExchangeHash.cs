using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Bastion.Ssh.KeyExchange;

// H, which the server signs (RFC 4253 §8; RFC 5656 §4; RFC 8731 §3.1).
internal static class ExchangeHash
{
    /*
        string   V_C, client's identification string (no CR LF)
        string   V_S, server's identification string
        string   I_C, payload of the client's SSH_MSG_KEXINIT
        string   I_S, payload of the server's SSH_MSG_KEXINIT
        string   K_S, server's public host key
        string   C, the client's public value
        string   S, the server's public value
        mpint or string   K, the shared secret
    */
    public static byte[] Compute(
        HashAlgorithmName hash,
        string clientVersion,
        string serverVersion,
        ReadOnlySpan<byte> clientKexInit,
        ReadOnlySpan<byte> serverKexInit,
        ReadOnlySpan<byte> hostKey,
        ReadOnlySpan<byte> clientInit,
        ReadOnlySpan<byte> serverReply,
        ReadOnlySpan<byte> encodedSharedSecret)
    {
        using IncrementalHash incremental = IncrementalHash.CreateHash(hash);
        AppendString(incremental, Encoding.UTF8.GetBytes(clientVersion));
        AppendString(incremental, Encoding.UTF8.GetBytes(serverVersion));
        AppendString(incremental, clientKexInit);
        AppendString(incremental, serverKexInit);
        AppendString(incremental, hostKey);
        AppendString(incremental, clientInit);
        AppendString(incremental, serverReply);
        incremental.AppendData(encodedSharedSecret);
        return incremental.GetHashAndReset();
    }

    private static void AppendString(IncrementalHash hash, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
        hash.AppendData(length);
        hash.AppendData(value);
    }
}
