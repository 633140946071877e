namespace Bastion.Server.Targets.Command;

// What a pty-req asks for besides TERM (RFC 4254 §6.2): the size in characters and pixels and the encoded modes of §8.
internal sealed record TerminalSettings(TerminalSize Size, ReadOnlyMemory<byte> Modes);

internal readonly record struct TerminalSize(uint Columns, uint Rows, uint PixelWidth, uint PixelHeight)
{
    // Sizes beyond what the kernel can hold are cut to it.
    internal LibC.WindowSize ToNative() => new()
    {
        Columns = (ushort)Math.Min(Columns, ushort.MaxValue),
        Rows = (ushort)Math.Min(Rows, ushort.MaxValue),
        PixelWidth = (ushort)Math.Min(PixelWidth, ushort.MaxValue),
        PixelHeight = (ushort)Math.Min(PixelHeight, ushort.MaxValue),
    };
}
