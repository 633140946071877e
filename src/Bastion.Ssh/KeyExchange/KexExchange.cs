using Bastion.Ssh.Transport;

namespace Bastion.Ssh.KeyExchange;

// One key exchange, from our KEXINIT to the peer's NEWKEYS (RFC 4253 §7). Owned by the transport, which disposes it when both
// directions have their keys.
internal sealed class KexExchange : IDisposable
{
    private readonly SshRole _role;
    private string _clientVersion = "";
    private string _serverVersion = "";
    private byte[]? _sessionId;
    private KexInitMessage? _theirs;
    private KexMethod? _method;
    private KexSecrets? _secrets;

    // sessionId: null in the connection's first exchange, whose hash it then becomes.
    public KexExchange(SshRole role, KexInitMessage ours, byte[]? sessionId)
    {
        _role = role;
        Ours = ours;
        _sessionId = sessionId;
    }

    public KexInitMessage Ours { get; }

    public KexChoice Choice { get; private set; } = null!;

    public KexMethod Method => _method!;

    public byte[] SessionId => _sessionId!;

    // K_S of this exchange.
    public byte[] HostKey { get; private set; } = [];

    // The peer guessed the method wrongly: its next exchange message is to be dropped, once (RFC 4253 §7).
    public bool DropsNextMessage { get; set; }

    // The client's value, which goes into the hash (client role).
    public byte[] ClientInit { get; set; } = [];

    public bool TheirsOfferExtInfo => _role == SshRole.Server ? _theirs!.ClientOffersExtInfo : _theirs!.ServerOffersExtInfo;

    // The peer's KEXINIT: fixes the algorithms. Throws SshProtocolException if there are no common ones.
    public void Accept(KexInitMessage theirs)
    {
        _theirs = theirs;
        Choice = _role == SshRole.Server ? KexNegotiation.Negotiate(theirs, Ours) : KexNegotiation.Negotiate(Ours, theirs);
        DropsNextMessage = _role == SshRole.Server ? Choice.ClientGuessWrong : Choice.ServerGuessWrong;
        _method = KexMethod.Create(Choice.Kex);
    }

    // The identification lines, without CR LF. A server sends its KEXINIT before it knows the client's.
    public void SetVersions(string client, string server)
    {
        _clientVersion = client;
        _serverVersion = server;
    }

    // H of this exchange. The shared secret is owned by this object from here on.
    public byte[] Finish(ReadOnlySpan<byte> hostKey, ReadOnlySpan<byte> clientInit, ReadOnlySpan<byte> serverReply, byte[] sharedSecret)
    {
        (KexInitMessage client, KexInitMessage server) = _role == SshRole.Server ? (_theirs!, Ours) : (Ours, _theirs!);
        byte[] hash = ExchangeHash.Compute(
            Method.Hash,
            _clientVersion,
            _serverVersion,
            client.Payload.Span,
            server.Payload.Span,
            hostKey,
            clientInit,
            serverReply,
            sharedSecret);
        HostKey = hostKey.ToArray();
        _sessionId ??= hash;
        _secrets = new KexSecrets(Method.Hash, sharedSecret, hash, _sessionId);
        return hash;
    }

    public IPacketEncryptor CreateEncryptor() => _role == SshRole.Server
        ? _secrets!.CreateEncryptor(PacketDirection.ServerToClient, Choice.CipherServerToClient, Choice.MacServerToClient)
        : _secrets!.CreateEncryptor(PacketDirection.ClientToServer, Choice.CipherClientToServer, Choice.MacClientToServer);

    public IPacketDecryptor CreateDecryptor() => _role == SshRole.Server
        ? _secrets!.CreateDecryptor(PacketDirection.ClientToServer, Choice.CipherClientToServer, Choice.MacClientToServer)
        : _secrets!.CreateDecryptor(PacketDirection.ServerToClient, Choice.CipherServerToClient, Choice.MacServerToClient);

    public void Dispose()
    {
        _method?.Dispose();
        _secrets?.Dispose();
    }
}
