using System.Runtime.InteropServices;

namespace Bastion.Ssh.Crypto;

// An EC_GROUP, to tell whether a peer's point lies on a NIST curve: a hundred times cheaper than importing a key to see it fail.
// Immutable; any number of threads may use it.
internal sealed unsafe class EcGroup : SafeHandle
{
    private EcGroup(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    // obj_mac.h has the numbers.
    public static EcGroup FromNid(int nid) => new(LibCrypto.CheckHandle(LibCrypto.EC_GROUP_new_by_curve_name(nid)));

    // EC_POINT_oct2point refuses coordinates beyond the field and points off the curve. The NIST curves have cofactor 1, so that every
    // point on the curve has the right order.
    public bool Contains(ReadOnlySpan<byte> point)
    {
        nint scratch = LibCrypto.CheckHandle(LibCrypto.EC_POINT_new(this));
        try
        {
            fixed (byte* octets = point)
            {
                if (LibCrypto.EC_POINT_oct2point(this, scratch, octets, (nuint)point.Length, 0) == 1)
                {
                    return true;
                }
            }

            LibCrypto.ClearErrors();
            return false;
        }
        finally
        {
            LibCrypto.EC_POINT_free(scratch);
        }
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.EC_GROUP_free(handle);
        return true;
    }
}
