using System.Security.Cryptography;

namespace Bastion.Ssh.KeyExchange;

// Keys from the shared secret (RFC 4253 §7.2).
internal static class KeyDerivation
{
    // SHA-512 has the longest output of the hashes in use.
    private const int MaxHashSize = 64;

    // K1 = HASH(K ‖ H ‖ letter ‖ session_id), K2 = HASH(K ‖ H ‖ K1), K3 = HASH(K ‖ H ‖ K1 ‖ K2), …; the key is K1 ‖ K2 ‖ K3 ‖ …
    // The session id keeps its own length: after a rekey with another hash it may differ from that of H (libssh CVE-2021-3634).
    public static void Derive(
        HashAlgorithmName hash,
        ReadOnlySpan<byte> encodedSharedSecret,
        ReadOnlySpan<byte> exchangeHash,
        char letter,
        ReadOnlySpan<byte> sessionId,
        Span<byte> key)
    {
        using IncrementalHash incremental = IncrementalHash.CreateHash(hash);
        Span<byte> block = stackalloc byte[MaxHashSize];
        try
        {
            int done = 0;
            while (done < key.Length)
            {
                incremental.AppendData(encodedSharedSecret);
                incremental.AppendData(exchangeHash);
                if (done == 0)
                {
                    incremental.AppendData([(byte)letter]);
                    incremental.AppendData(sessionId);
                }
                else
                {
                    incremental.AppendData(key[..done]);
                }

                int size = incremental.GetHashAndReset(block);
                int taken = Math.Min(size, key.Length - done);
                block[..taken].CopyTo(key[done..]);
                done += taken;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }
    }
}
