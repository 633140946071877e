using Bastion.Ssh;

namespace Bastion.Server.Targets.Command;

// What a pty-req asks for besides TERM (RFC 4254 §6.2): the size and the encoded modes of §8.
internal sealed record TerminalSettings(TerminalSize Size, ReadOnlyMemory<byte> Modes);
