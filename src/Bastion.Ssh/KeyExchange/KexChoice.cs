namespace Bastion.Ssh.KeyExchange;

// What both sides agreed on. A MAC is null where the cipher authenticates by itself.
internal sealed record KexChoice(
    string Kex,
    string HostKey,
    string CipherClientToServer,
    string CipherServerToClient,
    string? MacClientToServer,
    string? MacServerToClient)
{
    // The client sent its first exchange packet on a wrong guess: exactly one packet of it must be dropped (RFC 4253 §7).
    public bool ClientGuessWrong { get; init; }

    // The same for the server, which no known server does.
    public bool ServerGuessWrong { get; init; }
}
