using System.Runtime.InteropServices;

namespace Bastion.Server.Targets.Command;

// A NULL-terminated array of NUL-terminated strings in native memory, as posix_spawn takes argv and envp.
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly byte** _strings;
    private readonly int _count;

    internal NativeStrings(IReadOnlyList<ReadOnlyMemory<byte>> strings)
    {
        _count = strings.Count;
        _strings = (byte**)NativeMemory.AllocZeroed((nuint)_count + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < _count; i++)
        {
            ReadOnlySpan<byte> text = strings[i].Span;
            _strings[i] = (byte*)NativeMemory.AllocZeroed((nuint)text.Length + 1);
            text.CopyTo(new Span<byte>(_strings[i], text.Length));
        }
    }

    internal byte** Pointer => _strings;

    public void Dispose()
    {
        for (int i = 0; i < _count; i++)
        {
            NativeMemory.Free(_strings[i]);
        }

        NativeMemory.Free(_strings);
    }
}
