using System.Buffers;

namespace Bastion.Ssh.Transport;

// One direction of one key epoch: the cipher with its MAC. Not thread-safe; the PacketReader or PacketWriter that has it owns it.
internal interface IPacketCipher : IDisposable
{
    // Packets are whole multiples of this (RFC 4253 §6: 8, or the cipher's block size if that is larger).
    int BlockSize { get; }

    int TagLength { get; }

    // AEAD and encrypt-then-MAC: the 4 length bytes do not count for the alignment (RFC 5647 §7.2, OpenSSH PROTOCOL §1.5).
    bool LengthOutsidePadding { get; }

    // Bytes after which new keys are due.
    long RekeyBytes { get; }
}

internal interface IPacketEncryptor : IPacketCipher
{
    // Fills the whole packet: uint32 packet_length ‖ byte padding_length ‖ head ‖ body ‖ padding ‖ tag (RFC 4253 §6).
    // The payload comes in two pieces so that relayed data is encrypted straight from where it lies.
    // Throws CryptographicException; the packet then may hold plaintext and must not leave.
    void Encrypt(uint sequenceNumber, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> padding, Span<byte> packet);
}

internal interface IPacketDecryptor : IPacketCipher
{
    // Bytes that must be there before the length is known: 4, or a whole block where the length is part of what is encrypted.
    int LengthPrefixSize { get; }

    // Gives packet_length, which nobody has authenticated yet. Called once per packet, in order.
    uint DecryptLength(uint sequenceNumber, ReadOnlySpan<byte> prefix);

    // Takes the packet from its length field to the end of its tag, fills plaintext with padding_length ‖ payload ‖ padding.
    // False if the tag is wrong: plaintext is worthless then and its content must not be looked at.
    bool TryDecrypt(uint sequenceNumber, in ReadOnlySequence<byte> packet, Span<byte> plaintext);
}
