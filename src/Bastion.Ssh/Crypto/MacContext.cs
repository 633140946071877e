using System.Buffers;
using System.Runtime.InteropServices;

namespace Bastion.Ssh.Crypto;

// An EVP_MAC_CTX that is used for many packets. One direction, one thread at a time.
internal sealed unsafe class MacContext : SafeHandle
{
    private static readonly nint Poly1305Algorithm = LibCrypto.CheckHandle(LibCrypto.EVP_MAC_fetch(0, "POLY1305", 0));
    private static readonly nint HmacAlgorithm = LibCrypto.CheckHandle(LibCrypto.EVP_MAC_fetch(0, "HMAC", 0));

    private MacContext(nint algorithm)
        : base(0, ownsHandle: true) => SetHandle(LibCrypto.CheckHandle(LibCrypto.EVP_MAC_CTX_new(algorithm)));

    public override bool IsInvalid => handle == 0;

    // Needs a key per message (RFC 8439 §2.5): start each with Lease.Start(key).
    public static MacContext CreatePoly1305() => new(Poly1305Algorithm);

    // Has its key for good: start each message with Lease.Start(). The digest is a name of libcrypto, "SHA2-256"u8 or "SHA2-512"u8;
    // libcrypto reads up to the NUL that follows every u8 literal.
    public static MacContext CreateHmac(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> key)
    {
        MacContext context = new(HmacAlgorithm);
        LibCrypto.OsslParam* parameters = stackalloc LibCrypto.OsslParam[2]; // the second one, all zero, ends the list
        fixed (byte* digestName = digest, parameterName = "digest"u8, keyPointer = key)
        {
            parameters[0] = new LibCrypto.OsslParam
            {
                Key = parameterName,
                DataType = LibCrypto.OsslParam.Utf8String,
                Data = digestName,
                DataSize = (nuint)digest.Length,
                ReturnSize = nuint.MaxValue, // OSSL_PARAM_UNMODIFIED
            };
            parameters[1] = default;
            LibCrypto.Check(LibCrypto.EVP_MAC_init(context.handle, keyPointer, (nuint)key.Length, parameters));
        }

        return context;
    }

    public Lease Use() => new(this);

    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_MAC_CTX_free(handle);
        return true;
    }

    // Access for one packet.
    internal readonly ref struct Lease
    {
        private readonly MacContext _owner;
        private readonly nint _context;

        public Lease(MacContext owner)
        {
            bool added = false;
            owner.DangerousAddRef(ref added);
            _owner = owner;
            _context = owner.handle;
        }

        public void Start(ReadOnlySpan<byte> key)
        {
            fixed (byte* pointer = key)
            {
                LibCrypto.Check(LibCrypto.EVP_MAC_init(_context, pointer, (nuint)key.Length, null));
            }
        }

        // With the key that the context has.
        public void Start() => LibCrypto.Check(LibCrypto.EVP_MAC_init(_context, null, 0, null));

        public void Append(ReadOnlySpan<byte> data)
        {
            fixed (byte* pointer = data)
            {
                LibCrypto.Check(LibCrypto.EVP_MAC_update(_context, pointer, (nuint)data.Length));
            }
        }

        public void Append(in ReadOnlySequence<byte> data)
        {
            foreach (ReadOnlyMemory<byte> segment in data)
            {
                Append(segment.Span);
            }
        }

        public void Finish(Span<byte> tag)
        {
            nuint written;
            fixed (byte* pointer = tag)
            {
                LibCrypto.Check(LibCrypto.EVP_MAC_final(_context, pointer, &written, (nuint)tag.Length));
            }

            LibCrypto.Check(written == (nuint)tag.Length ? 1 : 0);
        }

        public void Dispose() => _owner.DangerousRelease();
    }
}
