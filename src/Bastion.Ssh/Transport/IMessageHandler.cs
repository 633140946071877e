using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Transport;

// The layer above the transport in one phase: sign-in (either role), then the connection protocol. The read loop waits for the
// returned task before it handles the next packet; the payload is valid only until the call returns.
internal interface IMessageHandler
{
    // The first key exchange is over: the client asks for its service now.
    void OnTransportReady();

    ValueTask OnMessage(MessageNumber number, ReadOnlySpan<byte> payload);
}
