using System.Security.Cryptography;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.KeyExchange;

// SSH_MSG_KEXINIT (RFC 4253 §7.1), immutable. Keeps its payload, because the exchange hash covers every byte as sent.
internal sealed class KexInitMessage
{
    // Names that a peer puts into the list of key exchange methods to say something else. They are never chosen (RFC 8308 §2.1,
    // OpenSSH PROTOCOL §1.9), and count only in the first KEXINIT of a connection.
    private const string ExtInfoClient = "ext-info-c";
    private const string ExtInfoServer = "ext-info-s";
    private const string StrictClient = "kex-strict-c-v00@openssh.com";
    private const string StrictServer = "kex-strict-s-v00@openssh.com";

    private const int CookieSize = 16;

    private static readonly string[] NoCompression = ["none"];

    private KexInitMessage(byte[] payload, ReadOnlySpan<byte> parsed)
    {
        /*
            byte         SSH_MSG_KEXINIT
            byte[16]     cookie (random bytes)
            name-list    kex_algorithms
            name-list    server_host_key_algorithms
            name-list    encryption_algorithms_client_to_server
            name-list    encryption_algorithms_server_to_client
            name-list    mac_algorithms_client_to_server
            name-list    mac_algorithms_server_to_client
            name-list    compression_algorithms_client_to_server
            name-list    compression_algorithms_server_to_client
            name-list    languages_client_to_server
            name-list    languages_server_to_client
            boolean      first_kex_packet_follows
            uint32       0 (reserved for future extension)
        */
        SshReader reader = new(parsed);
        reader.ReadByte((byte)MessageNumber.KexInit);
        reader.ReadBytes(CookieSize);
        Kex = reader.ReadNameList();
        HostKeys = reader.ReadNameList();
        CiphersClientToServer = reader.ReadNameList();
        CiphersServerToClient = reader.ReadNameList();
        MacsClientToServer = reader.ReadNameList();
        MacsServerToClient = reader.ReadNameList();
        CompressionClientToServer = reader.ReadNameList();
        CompressionServerToClient = reader.ReadNameList();
        reader.ReadNameList();
        reader.ReadNameList();
        FirstKexPacketFollows = reader.ReadBoolean();
        reader.ReadUInt32(); // RFC 4253 §7.1 reserves it; OpenSSH ignores its value too
        reader.ReadEnd();
        Payload = payload;
    }

    public ReadOnlyMemory<byte> Payload { get; }

    public IReadOnlyList<string> Kex { get; }

    public IReadOnlyList<string> HostKeys { get; }

    public IReadOnlyList<string> CiphersClientToServer { get; }

    public IReadOnlyList<string> CiphersServerToClient { get; }

    public IReadOnlyList<string> MacsClientToServer { get; }

    public IReadOnlyList<string> MacsServerToClient { get; }

    public IReadOnlyList<string> CompressionClientToServer { get; }

    public IReadOnlyList<string> CompressionServerToClient { get; }

    // The sender has guessed the method and sent its first packet already (RFC 4253 §7).
    public bool FirstKexPacketFollows { get; }

    // Each side looks for the other's name: a client that sends the server's name has said nothing.
    public bool ClientOffersStrictKex => Kex.Contains(StrictClient);

    public bool ServerOffersStrictKex => Kex.Contains(StrictServer);

    public bool ClientOffersExtInfo => Kex.Contains(ExtInfoClient);

    public bool ServerOffersExtInfo => Kex.Contains(ExtInfoServer);

    public static bool IsPseudoMethod(string name) =>
        name.StartsWith("ext-info-", StringComparison.Ordinal) || name.StartsWith("kex-strict-", StringComparison.Ordinal);

    // Throws SshProtocolException if it is malformed.
    public static KexInitMessage Parse(ReadOnlySpan<byte> payload)
    {
        byte[] copy = payload.ToArray();
        return new KexInitMessage(copy, copy);
    }

    // hostKeys: what the server has keys for, or what the client accepts. isFirst: the connection's first KEXINIT, which alone
    // carries the pseudo names. We never guess, so first_kex_packet_follows is false.
    public static KexInitMessage Create(SshAlgorithms algorithms, IReadOnlyList<string> hostKeys, bool isServer, bool isFirst)
    {
        List<string> kex = [.. algorithms.Kex];
        if (isFirst)
        {
            kex.Add(isServer ? ExtInfoServer : ExtInfoClient);
            kex.Add(isServer ? StrictServer : StrictClient);
        }

        Span<byte> cookie = stackalloc byte[CookieSize];
        RandomNumberGenerator.Fill(cookie);
        using SshWriter writer = new(stackalloc byte[1024]);
        writer.WriteByte((byte)MessageNumber.KexInit);
        writer.WriteBytes(cookie);
        writer.WriteNameList(kex);
        writer.WriteNameList(hostKeys);
        writer.WriteNameList(algorithms.Ciphers);
        writer.WriteNameList(algorithms.Ciphers);
        writer.WriteNameList(algorithms.Macs);
        writer.WriteNameList(algorithms.Macs);
        writer.WriteNameList(NoCompression);
        writer.WriteNameList(NoCompression);
        writer.WriteNameList([]);
        writer.WriteNameList([]);
        writer.WriteBoolean(false);
        writer.WriteUInt32(0);
        return Parse(writer.Written);
    }
}
