using System.Runtime.InteropServices;

namespace Bastion.Server.Targets.Command;

// One line of the system's account database: under whom a command target runs.
internal sealed record Account(string Name, uint UserId, uint GroupId, string Home, string Shell)
{
    private const int FirstBuffer = 1024;

    // getpwnam_r asks for more by ERANGE; an entry of a megabyte is a broken directory service, not an account.
    private const int MaxBuffer = 1 << 20;

    private unsafe delegate int Lookup(LibC.PasswordEntry* entry, byte* buffer, nuint size, LibC.PasswordEntry** result);

    // Null when there is no such account. A directory service that does not answer throws: that is not a "no".
    internal static unsafe Account? Find(string name) =>
        Find((entry, buffer, size, result) => LibC.GetPasswordEntry(name, entry, buffer, size, result));

    internal static unsafe Account? Find(uint userId) =>
        Find((entry, buffer, size, result) => LibC.GetPasswordEntry(userId, entry, buffer, size, result));

    private static unsafe Account? Find(Lookup lookup)
    {
        for (int size = FirstBuffer; size <= MaxBuffer; size *= 2)
        {
            byte[] buffer = new byte[size];
            fixed (byte* pointer = buffer)
            {
                LibC.PasswordEntry entry;
                LibC.PasswordEntry* result;
                int error = lookup(&entry, pointer, (nuint)size, &result);
                if (error == LibC.ERANGE)
                {
                    continue;
                }

                if (error is not (0 or LibC.ENOENT))
                {
                    LibC.ThrowError(error, "getpwnam_r");
                }

                return result is null ? null : Read(entry);
            }
        }

        throw new InvalidOperationException("An entry of the account database is too large.");
    }

    private static unsafe Account Read(in LibC.PasswordEntry entry) => new(
        Text(entry.Name), entry.UserId, entry.GroupId, Text(entry.Home) is { Length: > 0 } home ? home : "/",
        Text(entry.Shell) is { Length: > 0 } shell ? shell : "/bin/sh"); // passwd(5): an empty shell means /bin/sh

    private static unsafe string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
