using System.Buffers.Binary;
using Bastion.Ssh.Crypto;

namespace Bastion.Ssh.Transport;

// The plaintext of one packet laid out for encryption without copying its bulk: the ends are staged in the packet itself and
// encrypted in place, whole cipher blocks of the body go straight from the caller's memory into the packet.
//
//   uint32 packet_length ‖ padding_length ‖ head ‖ start of body | whole blocks of body | end of body ‖ padding
//   _front, with or without the length                           | _middle              | _tail
internal readonly ref struct GatheredPacket
{
    // The block of ChaCha20 and four of AES: pieces that end on it keep libcrypto in its bulk code.
    private const int Quantum = 64;

    // Shorter bodies are copied: one call into libcrypto costs more than the copy.
    private const int MinGatheredBody = 1024;

    private readonly Span<byte> _front;
    private readonly ReadOnlySpan<byte> _middle;
    private readonly Span<byte> _middleTarget;
    private readonly Span<byte> _tail;

    // packet starts with the length field and ends before the tag. withLength: the length is encrypted with the rest.
    public GatheredPacket(
        ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> padding, Span<byte> packet, bool withLength = false)
    {
        BinaryPrimitives.WriteInt32BigEndian(packet, packet.Length - 4);
        packet[4] = (byte)padding.Length;
        head.CopyTo(packet[5..]);
        padding.CopyTo(packet[^padding.Length..]);

        Span<byte> plaintext = withLength ? packet : packet[4..];
        int bodyStart = (withLength ? 5 : 1) + head.Length;
        if (body.Length < MinGatheredBody)
        {
            body.CopyTo(plaintext[bodyStart..]);
            _front = plaintext;
            return;
        }

        int fill = -bodyStart & (Quantum - 1);
        body[..fill].CopyTo(plaintext[bodyStart..]);
        _front = plaintext[..(bodyStart + fill)];
        _middle = body.Slice(fill, (body.Length - fill) & -Quantum);
        _middleTarget = plaintext.Slice(_front.Length, _middle.Length);
        _tail = plaintext[(_front.Length + _middle.Length)..];
        body[(fill + _middle.Length)..].CopyTo(_tail);
    }

    // The plaintext, before Encrypt.
    public void AppendTo(MacContext.Lease mac)
    {
        mac.Append(_front);
        mac.Append(_middle);
        mac.Append(_tail);
    }

    public void Encrypt(CipherContext.Lease cipher)
    {
        cipher.Transform(_front, _front);
        cipher.Transform(_middle, _middleTarget);
        cipher.Transform(_tail, _tail);
    }
}
