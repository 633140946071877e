namespace Bastion.Ssh.Transport;

// Bounds of the binary packet protocol.
internal static class PacketLimits
{
    // packet_length before sign-in. RFC 4253 §6.1: packets of 35000 bytes in all must be accepted.
    public const int BeforeAuth = 35_000;

    // packet_length after sign-in: OpenSSH's PACKET_MAX_SIZE.
    public const int AfterAuth = 256 * 1024;

    // padding_length, a message number and the shortest padding; no packet carries less (RFC 4253 §6).
    public const int MinPacketLength = 1 + 1 + MinPadding;

    // RFC 4253 §6: at least four bytes of padding, at most what a byte can count.
    public const int MinPadding = 4;

    // RFC 4253 §6: a packet has 16 bytes or more, its MAC not counted.
    public const int MinSentPacket = 16;

    // Packets per key after which new keys are due: half of what RFC 4344 §3.1 recommends, so that there is time to get them.
    public const long RekeyPackets = 1L << 30;

    // RFC 4344 §3.1: never more packets under one key; a wrapped sequence number would repeat a ChaCha20 nonce.
    public const long MaxPacketsPerKey = 1L << 31;
}
