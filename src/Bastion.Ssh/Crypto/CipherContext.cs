using System.Buffers;
using System.Runtime.InteropServices;

namespace Bastion.Ssh.Crypto;

// An EVP_CIPHER_CTX that is keyed once and then only gets a new IV per packet. One direction, one thread at a time; the lease
// keeps the native memory alive should the connection be torn down while a packet is under way.
internal sealed unsafe class CipherContext : SafeHandle
{
    public const int GcmTagSize = 16;

    public CipherContext(nint algorithm, bool encrypt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv = default)
        : base(0, ownsHandle: true)
    {
        SetHandle(LibCrypto.CheckHandle(LibCrypto.EVP_CIPHER_CTX_new()));
        fixed (byte* keyPointer = key, ivPointer = iv)
        {
            LibCrypto.Check(LibCrypto.EVP_CipherInit_ex2(handle, algorithm, keyPointer, ivPointer, encrypt ? 1 : 0, 0));
        }
    }

    public override bool IsInvalid => handle == 0;

    public Lease Use() => new(this);

    protected override bool ReleaseHandle()
    {
        // Cleanses the key schedule.
        LibCrypto.EVP_CIPHER_CTX_free(handle);
        return true;
    }

    // Access for one packet.
    internal readonly ref struct Lease
    {
        private readonly CipherContext _owner;
        private readonly nint _context;

        public Lease(CipherContext owner)
        {
            bool added = false;
            owner.DangerousAddRef(ref added);
            _owner = owner;
            _context = owner.handle;
        }

        public void SetIv(ReadOnlySpan<byte> iv)
        {
            fixed (byte* pointer = iv)
            {
                LibCrypto.Check(LibCrypto.EVP_CipherInit_ex2(_context, 0, null, pointer, -1, 0));
            }
        }

        public void AddAuthenticatedData(ReadOnlySpan<byte> data)
        {
            int written;
            fixed (byte* pointer = data)
            {
                LibCrypto.Check(LibCrypto.EVP_CipherUpdate(_context, null, &written, pointer, data.Length));
            }
        }

        // input and output are the same memory or do not overlap. The ciphers here are stream ciphers: as many bytes come out.
        public void Transform(ReadOnlySpan<byte> input, Span<byte> output)
        {
            if (input.IsEmpty)
            {
                return;
            }

            int written;
            output = output[..input.Length];
            fixed (byte* source = input, target = output)
            {
                LibCrypto.Check(LibCrypto.EVP_CipherUpdate(_context, target, &written, source, input.Length));
            }

            LibCrypto.Check(written == input.Length ? 1 : 0);
        }

        public void Transform(in ReadOnlySequence<byte> input, Span<byte> output)
        {
            if (input.IsSingleSegment)
            {
                Transform(input.FirstSpan, output);
                return;
            }

            foreach (ReadOnlyMemory<byte> segment in input)
            {
                Transform(segment.Span, output);
                output = output[segment.Length..];
            }
        }

        public void FinishAndGetTag(Span<byte> tag)
        {
            int written;
            byte unused;
            LibCrypto.Check(LibCrypto.EVP_CipherFinal_ex(_context, &unused, &written));
            fixed (byte* pointer = tag)
            {
                LibCrypto.Check(LibCrypto.EVP_CIPHER_CTX_ctrl(_context, LibCrypto.GetTag, tag.Length, pointer));
            }
        }

        // False if the tag is wrong: what Transform gave must be thrown away.
        public bool FinishAndVerifyTag(ReadOnlySpan<byte> tag)
        {
            fixed (byte* pointer = tag)
            {
                LibCrypto.Check(LibCrypto.EVP_CIPHER_CTX_ctrl(_context, LibCrypto.SetTag, tag.Length, pointer));
            }

            int written;
            byte unused;
            if (LibCrypto.EVP_CipherFinal_ex(_context, &unused, &written) == 1)
            {
                return true;
            }

            LibCrypto.ClearErrors();
            return false;
        }

        public void Dispose() => _owner.DangerousRelease();
    }
}
