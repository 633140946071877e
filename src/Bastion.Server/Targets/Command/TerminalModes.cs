using System.Buffers.Binary;
using System.Collections.Frozen;

namespace Bastion.Server.Targets.Command;

// Encoded terminal modes (RFC 4254 §8, with IUTF8 of RFC 8160) put into a Linux termios: opcode and uint32, until TTY_OP_END.
// Opcodes from 160 on have no known length and end the list; unknown ones below are passed over, and so are the speeds (128, 129), which
// mean nothing on a pseudo-terminal. A cut-off list keeps what was read.
internal static unsafe class TerminalModes
{
    private const byte End = 0;
    private const byte FirstUndefined = 160;
    private const uint DisabledCharacter = 255; // RFC 4254 §8; Linux writes it as 0

    private enum Field
    {
        Input,
        Output,
        Control,
        Local,
    }

    // Opcode to index in c_cc (bits/termios-c_cc.h). VDSUSP, VFLUSH and VSTATUS do not exist on Linux; VSWTCH is index 7.
    private static readonly FrozenDictionary<byte, int> Characters = new Dictionary<byte, int>
    {
        [1] = 0, // VINTR
        [2] = 1, // VQUIT
        [3] = 2, // VERASE
        [4] = 3, // VKILL
        [5] = 4, // VEOF
        [6] = 11, // VEOL
        [7] = 16, // VEOL2
        [8] = 8, // VSTART
        [9] = 9, // VSTOP
        [10] = 10, // VSUSP
        [12] = 12, // VREPRINT
        [13] = 14, // VWERASE
        [14] = 15, // VLNEXT
        [16] = 7, // VSWTCH
        [18] = 13, // VDISCARD
    }.ToFrozenDictionary();

    // Opcode to flag (asm-generic/termbits.h).
    private static readonly FrozenDictionary<byte, (Field Field, uint Flag)> Flags = new Dictionary<byte, (Field, uint)>
    {
        [30] = (Field.Input, 0x4), // IGNPAR
        [31] = (Field.Input, 0x8), // PARMRK
        [32] = (Field.Input, 0x10), // INPCK
        [33] = (Field.Input, 0x20), // ISTRIP
        [34] = (Field.Input, 0x40), // INLCR
        [35] = (Field.Input, 0x80), // IGNCR
        [36] = (Field.Input, 0x100), // ICRNL
        [37] = (Field.Input, 0x200), // IUCLC
        [38] = (Field.Input, 0x400), // IXON
        [39] = (Field.Input, 0x800), // IXANY
        [40] = (Field.Input, 0x1000), // IXOFF
        [41] = (Field.Input, 0x2000), // IMAXBEL
        [42] = (Field.Input, 0x4000), // IUTF8
        [50] = (Field.Local, 0x1), // ISIG
        [51] = (Field.Local, 0x2), // ICANON
        [52] = (Field.Local, 0x4), // XCASE
        [53] = (Field.Local, 0x8), // ECHO
        [54] = (Field.Local, 0x10), // ECHOE
        [55] = (Field.Local, 0x20), // ECHOK
        [56] = (Field.Local, 0x40), // ECHONL
        [57] = (Field.Local, 0x80), // NOFLSH
        [58] = (Field.Local, 0x100), // TOSTOP
        [59] = (Field.Local, 0x8000), // IEXTEN
        [60] = (Field.Local, 0x200), // ECHOCTL
        [61] = (Field.Local, 0x800), // ECHOKE
        [62] = (Field.Local, 0x4000), // PENDIN
        [70] = (Field.Output, 0x1), // OPOST
        [71] = (Field.Output, 0x2), // OLCUC
        [72] = (Field.Output, 0x4), // ONLCR
        [73] = (Field.Output, 0x8), // OCRNL
        [74] = (Field.Output, 0x10), // ONOCR
        [75] = (Field.Output, 0x20), // ONLRET
        [92] = (Field.Control, 0x100), // PARENB
        [93] = (Field.Control, 0x200), // PARODD
    }.ToFrozenDictionary();

    // CS7 and CS8 are a two-bit field, not flags.
    private const byte SevenBits = 90;
    private const byte EightBits = 91;
    private const uint SizeMask = 0x30;
    private const uint SizeSeven = 0x20;
    private const uint SizeEight = 0x30;

    internal static void Apply(ReadOnlySpan<byte> modes, ref LibC.Termios termios)
    {
        while (modes.Length >= 1 + sizeof(uint) && modes[0] is not End and < FirstUndefined)
        {
            ApplyOne(modes[0], BinaryPrimitives.ReadUInt32BigEndian(modes[1..]), ref termios);
            modes = modes[(1 + sizeof(uint))..];
        }
    }

    private static void ApplyOne(byte opcode, uint value, ref LibC.Termios termios)
    {
        if (Characters.TryGetValue(opcode, out int index))
        {
            termios.ControlCharacters[index] = value == DisabledCharacter ? (byte)0 : (byte)value;
        }
        else if (Flags.TryGetValue(opcode, out (Field Field, uint Flag) flag))
        {
            ref uint field = ref FieldOf(flag.Field, ref termios);
            field = value != 0 ? field | flag.Flag : field & ~flag.Flag;
        }
        else if (opcode is SevenBits or EightBits && value != 0)
        {
            termios.ControlFlags = (termios.ControlFlags & ~SizeMask) | (opcode == SevenBits ? SizeSeven : SizeEight);
        }
    }

    private static ref uint FieldOf(Field field, ref LibC.Termios termios)
    {
        switch (field)
        {
            case Field.Input:
                return ref termios.InputFlags;
            case Field.Output:
                return ref termios.OutputFlags;
            case Field.Control:
                return ref termios.ControlFlags;
            default:
                return ref termios.LocalFlags;
        }
    }
}
