using System.Security.Cryptography;
using Bastion.Ssh.Crypto;

namespace Bastion.Ssh.KeyExchange;

// A post-quantum KEM together with X25519: mlkem768x25519-sha256 (draft-ietf-sshm-mlkem-hybrid-kex) and sntrup761x25519-sha512
// (draft-ietf-sshm-ntruprime-ssh). Secure as long as one of the two is.
//
//   C_INIT  = string(KEM public key ‖ X25519 public key)
//   S_REPLY = string(KEM ciphertext ‖ X25519 public key)
//   K       = string(HASH(KEM secret ‖ X25519 secret)), a string and not an mpint
internal sealed class HybridX25519Kex : KexMethod
{
    private readonly Kem _kem;
    private KemKeyPair? _kemPair;
    private X25519? _ephemeral;

    public HybridX25519Kex(Kem kem, HashAlgorithmName hash)
    {
        _kem = kem;
        Hash = hash;
    }

    public override HashAlgorithmName Hash { get; }

    public override byte[] CreateClientInit()
    {
        _kemPair = _kem.Generate();
        _ephemeral = X25519.Generate();
        byte[] clientInit = new byte[_kem.PublicKeySize + X25519.KeySize];
        _kemPair.GetPublicKey(clientInit.AsSpan(0, _kem.PublicKeySize));
        _ephemeral.GetPublicKey(clientInit.AsSpan(_kem.PublicKeySize));
        return clientInit;
    }

    public override KexResponse Respond(ReadOnlySpan<byte> clientInit)
    {
        if (clientInit.Length != _kem.PublicKeySize + X25519.KeySize)
        {
            ThrowNotAcceptable();
        }

        Span<byte> secrets = stackalloc byte[Kem.SecretSize + X25519.KeySize];
        byte[] serverReply = new byte[_kem.CiphertextSize + X25519.KeySize];
        try
        {
            // The cheap half first: whoever sends rubbish pays before we do.
            _ephemeral = X25519.Generate();
            _ephemeral.GetPublicKey(serverReply.AsSpan(_kem.CiphertextSize));
            if (!_ephemeral.TryDerive(clientInit[_kem.PublicKeySize..], secrets[Kem.SecretSize..])
                || !_kem.TryEncapsulate(
                    clientInit[.._kem.PublicKeySize], serverReply.AsSpan(0, _kem.CiphertextSize), secrets[..Kem.SecretSize]))
            {
                ThrowNotAcceptable();
            }

            return new KexResponse(serverReply, Combine(secrets));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secrets);
        }
    }

    public override byte[] Finish(ReadOnlySpan<byte> serverReply)
    {
        if (serverReply.Length != _kem.CiphertextSize + X25519.KeySize)
        {
            ThrowNotAcceptable();
        }

        Span<byte> secrets = stackalloc byte[Kem.SecretSize + X25519.KeySize];
        try
        {
            if (!_ephemeral!.TryDerive(serverReply[_kem.CiphertextSize..], secrets[Kem.SecretSize..]))
            {
                ThrowNotAcceptable();
            }

            _kemPair!.Decapsulate(serverReply[.._kem.CiphertextSize], secrets[..Kem.SecretSize]);
            return Combine(secrets);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secrets);
        }
    }

    public override void Dispose()
    {
        _kemPair?.Dispose();
        _ephemeral?.Dispose();
    }

    private byte[] Combine(ReadOnlySpan<byte> secrets)
    {
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        try
        {
            int length = CryptographicOperations.HashData(Hash, secrets, hash);
            return SharedSecretEncoding.String(hash[..length]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(hash);
        }
    }

    private static void ThrowNotAcceptable() =>
        SshProtocolException.Throw(DisconnectReason.KeyExchangeFailed, "The peer's hybrid public value is not acceptable.");
}
