using System.Diagnostics.CodeAnalysis;
using Bastion.Ssh.Transport;

namespace Bastion.Ssh.KeyExchange;

// Chooses the algorithms from both KEXINITs (RFC 4253 §7.1): in each list the first of the client's names that the server has too.
internal static class KexNegotiation
{
    // Enough of each side's names for an operator to see what is missing, short enough for a log line and a DISCONNECT.
    private const int MaxListInMessage = 400;

    // Throws SshProtocolException(KeyExchangeFailed) that names the list without a common algorithm and what both sides offer.
    public static KexChoice Negotiate(KexInitMessage client, KexInitMessage server)
    {
        string kex = Choose("key exchange method", client.Kex, server.Kex);
        string hostKey = Choose("host key algorithm", client.HostKeys, server.HostKeys);
        string cipherClientToServer = Choose("cipher client to server", client.CiphersClientToServer, server.CiphersClientToServer);
        string cipherServerToClient = Choose("cipher server to client", client.CiphersServerToClient, server.CiphersServerToClient);
        string? macClientToServer = PacketCipherFactory.IsAead(cipherClientToServer)
            ? null
            : Choose("MAC client to server", client.MacsClientToServer, server.MacsClientToServer);
        string? macServerToClient = PacketCipherFactory.IsAead(cipherServerToClient)
            ? null
            : Choose("MAC server to client", client.MacsServerToClient, server.MacsServerToClient);
        Choose("compression client to server", client.CompressionClientToServer, server.CompressionClientToServer);
        Choose("compression server to client", client.CompressionServerToClient, server.CompressionServerToClient);

        bool guessesDiffer = client.Kex[0] != server.Kex[0] || client.HostKeys[0] != server.HostKeys[0];
        return new KexChoice(kex, hostKey, cipherClientToServer, cipherServerToClient, macClientToServer, macServerToClient)
        {
            ClientGuessWrong = client.FirstKexPacketFollows && guessesDiffer,
            ServerGuessWrong = server.FirstKexPacketFollows && guessesDiffer,
        };
    }

    private static string Choose(string what, IReadOnlyList<string> client, IReadOnlyList<string> server)
    {
        foreach (string name in client)
        {
            if (!KexInitMessage.IsPseudoMethod(name) && server.Contains(name))
            {
                return name;
            }
        }

        ThrowNothingInCommon(what, client, server);
        return null;
    }

    [DoesNotReturn]
    private static void ThrowNothingInCommon(string what, IReadOnlyList<string> client, IReadOnlyList<string> server) =>
        SshProtocolException.Throw(
            DisconnectReason.KeyExchangeFailed,
            $"No common {what}: the client offers {Describe(client)}; the server offers {Describe(server)}.");

    // The names are printable US-ASCII: SshReader has refused everything else.
    private static string Describe(IReadOnlyList<string> names)
    {
        string list = string.Join(',', names.Where(name => !KexInitMessage.IsPseudoMethod(name)));
        if (list.Length == 0)
        {
            return "nothing";
        }

        return list.Length <= MaxListInMessage ? list : string.Concat(list.AsSpan(0, MaxListInMessage), "…");
    }
}
