using System.Runtime.InteropServices;

namespace Bastion.Ssh.Crypto;

// The groups and points behind EcGroup.
internal static unsafe partial class LibCrypto
{
    [LibraryImport(Library)]
    internal static partial nint EC_GROUP_new_by_curve_name(int nid);

    [LibraryImport(Library)]
    internal static partial void EC_GROUP_free(nint group);

    [LibraryImport(Library)]
    internal static partial nint EC_POINT_new(EcGroup group);

    [LibraryImport(Library)]
    internal static partial void EC_POINT_free(nint point);

    [LibraryImport(Library)]
    internal static partial int EC_POINT_oct2point(EcGroup group, nint point, byte* octets, nuint length, nint context);
}
