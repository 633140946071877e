using System.Text;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Tests.Keys;

// Puts blobs together by hand, so that wrong ones can be made too.
internal static class Blobs
{
    public static byte[] String(ReadOnlySpan<byte> value)
    {
        using SshWriter writer = new(stackalloc byte[64]);
        writer.WriteString(value);
        return writer.ToArray();
    }

    public static byte[] String(string value) => String(Encoding.UTF8.GetBytes(value));

    public static byte[] Mpint(ReadOnlySpan<byte> magnitude)
    {
        using SshWriter writer = new(stackalloc byte[64]);
        writer.WritePositiveMpint(magnitude);
        return writer.ToArray();
    }

    public static byte[] UInt32(uint value)
    {
        using SshWriter writer = new(stackalloc byte[4]);
        writer.WriteUInt32(value);
        return writer.ToArray();
    }

    public static byte[] UInt64(ulong value)
    {
        using SshWriter writer = new(stackalloc byte[8]);
        writer.WriteUInt64(value);
        return writer.ToArray();
    }

    public static byte[] Join(params IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];
}
