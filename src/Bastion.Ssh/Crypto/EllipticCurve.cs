using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Bastion.Ssh.Crypto;

// The check of a peer's NIST point, a hundred times cheaper than importing a key to see it fail.
internal static unsafe partial class EllipticCurve
{
    private const string Library = "libcrypto.so.3";

    public static EcGroupHandle NewGroup(int nid)
    {
        EcGroupHandle group = EC_GROUP_new_by_curve_name(nid);
        if (group.IsInvalid)
        {
            throw new CryptographicException("libcrypto does not know a curve that SSH needs.");
        }

        return group;
    }

    // EC_POINT_oct2point refuses coordinates beyond the field and points off the curve; the NIST curves have cofactor 1, so a point
    // on the curve has the right order, and an uncompressed encoding cannot be the point at infinity.
    public static bool IsOnCurve(EcGroupHandle group, ReadOnlySpan<byte> uncompressedPoint)
    {
        nint point = EC_POINT_new(group);
        if (point == 0)
        {
            throw new CryptographicException("libcrypto could not allocate a curve point.");
        }

        try
        {
            fixed (byte* octets = uncompressedPoint)
            {
                if (EC_POINT_oct2point(group, point, octets, (nuint)uncompressedPoint.Length, 0) == 1)
                {
                    return true;
                }
            }

            ERR_clear_error();
            return false;
        }
        finally
        {
            EC_POINT_free(point);
        }
    }

    [LibraryImport(Library)]
    internal static partial void EC_GROUP_free(nint group);

    [LibraryImport(Library)]
    private static partial EcGroupHandle EC_GROUP_new_by_curve_name(int nid);

    [LibraryImport(Library)]
    private static partial void ERR_clear_error();

    [LibraryImport(Library)]
    private static partial nint EC_POINT_new(EcGroupHandle group);

    [LibraryImport(Library)]
    private static partial void EC_POINT_free(nint point);

    [LibraryImport(Library)]
    private static partial int EC_POINT_oct2point(EcGroupHandle group, nint point, byte* octets, nuint length, nint context);
}

// An EC_GROUP; the named curves live as long as the process.
internal sealed class EcGroupHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public EcGroupHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle()
    {
        EllipticCurve.EC_GROUP_free(handle);
        return true;
    }
}
