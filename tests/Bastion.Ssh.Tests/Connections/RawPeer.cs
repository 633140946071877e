using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Bastion.Ssh.KeyExchange;
using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;
using Xunit;

namespace Bastion.Ssh.Tests.Connections;

// A peer that can do a right handshake and then anything. It has the engine's packets and ciphers, but none of its rules.
internal sealed class RawPeer : IDisposable
{
    private readonly IDuplexPipe _pipe;
    private readonly SshRole _role;
    private readonly PacketReader _reader = new() { MaxPacketLength = PacketLimits.AfterAuth };
    private readonly PacketWriter _writer = new();
    private KexExchange? _exchange;
    private string _ownVersion = "SSH-2.0-Raw";
    private string _peerVersion = "";
    private bool _strict;

    public RawPeer(IDuplexPipe pipe, SshRole role)
    {
        _pipe = pipe;
        _role = role;
    }

    public byte[] SessionId { get; private set; } = [];

    public uint PacketsSent => _writer.SequenceNumber;

    public static byte[] Message(MessageNumber number, Action<SshWriterBuilder>? fields = null)
    {
        SshWriterBuilder builder = new();
        builder.Byte((byte)number);
        fields?.Invoke(builder);
        return builder.ToArray();
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => await _pipe.Output.WriteAsync(bytes);

    public async Task SendAsync(params ReadOnlyMemory<byte>[] payloads)
    {
        foreach (ReadOnlyMemory<byte> payload in payloads)
        {
            _writer.Write(_pipe.Output, payload.Span, default);
        }

        await _pipe.Output.FlushAsync();
    }

    // The next packet's payload; null when the other side closed.
    public async Task<byte[]?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await _pipe.Input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = result.Buffer;
            bool found = _reader.TryRead(ref buffer, out ReadOnlySpan<byte> payload);
            byte[]? message = found ? payload.ToArray() : null;
            _pipe.Input.AdvanceTo(buffer.Start, found ? buffer.Start : buffer.End);
            if (found || result.IsCompleted)
            {
                return message;
            }
        }
    }

    // Skips to the next message with this number; fails on DISCONNECT or end.
    public async Task<byte[]> ExpectAsync(MessageNumber number, CancellationToken cancellationToken)
    {
        while (true)
        {
            byte[]? message = await ReceiveAsync(cancellationToken);
            Assert.NotNull(message);
            if (message[0] == (byte)number)
            {
                return message;
            }

            if (message[0] == (byte)MessageNumber.Disconnect)
            {
                Assert.Fail($"Disconnected while waiting for {number}: {DisconnectText(message)}");
            }
        }
    }

    // Everything up to a DISCONNECT with this reason, and then the end of the stream. Returns its text.
    public async Task<string> ExpectDisconnectAsync(DisconnectReason reason, CancellationToken cancellationToken)
    {
        while (true)
        {
            byte[]? message = await ReceiveAsync(cancellationToken);
            Assert.NotNull(message);
            if (message[0] == (byte)MessageNumber.Disconnect)
            {
                Assert.Equal((uint)reason, BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1)));
                Assert.Null(await ReceiveAsync(cancellationToken));
                return DisconnectText(message);
            }
        }
    }

    public async Task ExchangeVersionsAsync(CancellationToken cancellationToken, string version = "SSH-2.0-Raw")
    {
        _ownVersion = version;
        await SendBytesAsync(Encoding.ASCII.GetBytes(version + "\r\n"));
        _peerVersion = await ReadLineAsync(cancellationToken);
    }

    public async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await _pipe.Input.ReadAsync(cancellationToken);
            SequencePosition? end = result.Buffer.PositionOf((byte)'\n');
            if (end is { } position)
            {
                string line = Encoding.ASCII.GetString(result.Buffer.Slice(0, position)).TrimEnd('\r');
                SequencePosition next = result.Buffer.GetPosition(1, position);
                _pipe.Input.AdvanceTo(next, next);
                return line;
            }

            _pipe.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            Assert.False(result.IsCompleted);
        }
    }

    public async Task SendKexInitAsync(bool first = true, bool strict = true, SshAlgorithms? algorithms = null)
    {
        KexInitMessage ours = CreateKexInit(first, strict, algorithms ?? SshAlgorithms.Default);
        _exchange = new KexExchange(_role, ours, SessionId.Length == 0 ? null : SessionId);
        await SendAsync(ours.Payload);
    }

    public async Task ReceiveKexInitAsync(CancellationToken cancellationToken)
    {
        KexInitMessage theirs = KexInitMessage.Parse(await ExpectAsync(MessageNumber.KexInit, cancellationToken));
        if (SessionId.Length == 0)
        {
            bool weOffer = _role == SshRole.Client ? _exchange!.Ours.ClientOffersStrictKex : _exchange!.Ours.ServerOffersStrictKex;
            _strict = weOffer && (_role == SshRole.Client ? theirs.ServerOffersStrictKex : theirs.ClientOffersStrictKex);
        }

        _exchange!.Accept(theirs);
        (string client, string server) = _role == SshRole.Client ? (_ownVersion, _peerVersion) : (_peerVersion, _ownVersion);
        _exchange.SetVersions(client, server);
    }

    // The message of ours that the exchange needs: INIT as a client; as a server only after the client's INIT has come.
    public byte[] CreateInit()
    {
        _exchange!.ClientInit = _exchange.Method.CreateClientInit();
        return Message(MessageNumber.KexExchangeInit, m => m.String(_exchange.ClientInit));
    }

    public void AcceptReply(byte[] reply)
    {
        SshReader reader = new(reply.AsSpan(1));
        ReadOnlySpan<byte> hostKey = reader.ReadString();
        ReadOnlySpan<byte> serverValue = reader.ReadString();
        _exchange!.Finish(hostKey, _exchange.ClientInit, serverValue, _exchange.Method.Finish(serverValue));
        SessionId = _exchange.SessionId;
    }

    public byte[] CreateReply(byte[] init)
    {
        SshReader reader = new(init.AsSpan(1));
        ReadOnlySpan<byte> clientValue = reader.ReadString();
        KexResponse response = _exchange!.Method.Respond(clientValue);
        ReadOnlySpan<byte> blob = ConnectionPair.ServerKey.PublicKey.Blob.Span;
        byte[] hash = _exchange.Finish(blob, clientValue, response.ServerReply, response.SharedSecret);
        SessionId = _exchange.SessionId;
        byte[] signature = ConnectionPair.ServerKey.Sign("ssh-ed25519", hash);
        return Message(
            MessageNumber.KexExchangeReply,
            m => m.String(ConnectionPair.ServerKey.PublicKey.Blob.Span).String(response.ServerReply).String(signature));
    }

    public async Task SendNewKeysAsync()
    {
        await SendAsync(Message(MessageNumber.NewKeys));
        _writer.SwitchKeys(_exchange!.CreateEncryptor(), _strict);
    }

    public async Task ReceiveNewKeysAsync(CancellationToken cancellationToken)
    {
        await ExpectAsync(MessageNumber.NewKeys, cancellationToken);
        _reader.SwitchKeys(_exchange!.CreateDecryptor(), _strict);
    }

    // A whole key exchange, first or later.
    public async Task ExchangeKeysAsync(CancellationToken cancellationToken, bool first = true, bool strict = true, SshAlgorithms? algorithms = null)
    {
        await SendKexInitAsync(first, strict, algorithms);
        await ReceiveKexInitAsync(cancellationToken);
        await FinishExchangeAsync(cancellationToken);
    }

    public async Task FinishExchangeAsync(CancellationToken cancellationToken)
    {
        if (_role == SshRole.Client)
        {
            await SendAsync(CreateInit());
            AcceptReply(await ExpectAsync(MessageNumber.KexExchangeReply, cancellationToken));
        }
        else
        {
            await SendAsync(CreateReply(await ExpectAsync(MessageNumber.KexExchangeInit, cancellationToken)));
        }

        await SendNewKeysAsync();
        await ReceiveNewKeysAsync(cancellationToken);
    }

    public async Task HandshakeAsync(CancellationToken cancellationToken, bool strict = true)
    {
        await ExchangeVersionsAsync(cancellationToken);
        await ExchangeKeysAsync(cancellationToken, strict: strict);
    }

    public async Task EnterAuthAsync(CancellationToken cancellationToken)
    {
        await SendAsync(Message(MessageNumber.ServiceRequest, m => m.String("ssh-userauth"u8)));
        await ExpectAsync(MessageNumber.ServiceAccept, cancellationToken);
    }

    public byte[] CreateSignIn(PrivateKey key, string user = "alice", byte[]? sessionId = null)
    {
        byte[] request = Message(
            MessageNumber.UserAuthRequest,
            m => m.String(Encoding.UTF8.GetBytes(user)).String("ssh-connection"u8).String("publickey"u8).Byte(1)
                .String("ssh-ed25519"u8).String(key.PublicKey.Blob.Span));
        byte[] signed = [.. new SshWriterBuilder().String(sessionId ?? SessionId).ToArray(), .. request];
        return [.. request, .. new SshWriterBuilder().String(key.Sign("ssh-ed25519", signed)).ToArray()];
    }

    // As a client: everything up to a signed-in connection.
    public async Task SignInAsync(CancellationToken cancellationToken)
    {
        await HandshakeAsync(cancellationToken);
        await EnterAuthAsync(cancellationToken);
        await SendAsync(CreateSignIn(ConnectionPair.UserKey));
        await ExpectAsync(MessageNumber.UserAuthSuccess, cancellationToken);
    }

    // As a server: lets the client in whatever it offers.
    public async Task AcceptSignInAsync(CancellationToken cancellationToken)
    {
        await AwaitServiceRequestAsync(cancellationToken);
        await SendAsync(Message(MessageNumber.ServiceAccept, m => m.String("ssh-userauth"u8)));
        await ExpectAsync(MessageNumber.UserAuthRequest, cancellationToken);
        await SendAsync(Message(MessageNumber.UserAuthSuccess));
    }

    public Task AwaitServiceRequestAsync(CancellationToken cancellationToken) => ExpectAsync(MessageNumber.ServiceRequest, cancellationToken);

    // Proves that the other side still serves us: an answer to PING when open.
    public async Task ExpectAliveAsync(CancellationToken cancellationToken)
    {
        await SendAsync(Message(MessageNumber.Ping, m => m.String("alive?"u8)));
        byte[] pong = await ExpectAsync(MessageNumber.Pong, cancellationToken);
        Assert.Equal("alive?", Encoding.ASCII.GetString(pong.AsSpan(5)));
    }

    public async Task CloseAsync() => await _pipe.Output.CompleteAsync();

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
        _exchange?.Dispose();
    }

    private KexInitMessage CreateKexInit(bool first, bool strict, SshAlgorithms algorithms)
    {
        IReadOnlyList<string> hostKeys = ["ssh-ed25519"];
        return KexInitMessage.Create(algorithms, hostKeys, isServer: _role == SshRole.Server, isFirst: first && strict);
    }

    private static string DisconnectText(byte[] message)
    {
        SshReader reader = new(message.AsSpan(5));
        return Encoding.UTF8.GetString(reader.ReadString());
    }
}
