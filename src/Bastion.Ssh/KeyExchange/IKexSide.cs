using Bastion.Ssh.Transport;

namespace Bastion.Ssh.KeyExchange;

// What differs between the roles in a key exchange. Both work on one KexExchange and answer when it has its secrets.
internal interface IKexSide
{
    SshRole Role { get; }

    // The host key algorithms for our KEXINIT.
    IReadOnlyList<string> HostKeyAlgorithms { get; }

    // Both KEXINITs are there: the client's first message, or null where the peer speaks first.
    byte[]? Begin(KexExchange exchange);

    // The peer's message of the exchange came: completes exchange.Secrets and gives the answer to send before NEWKEYS, if any.
    ValueTask<byte[]?> CompleteAsync(KexExchange exchange, byte[] message, CancellationToken cancellationToken);
}
