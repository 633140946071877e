using System.Numerics;
using System.Security.Cryptography;

namespace Bastion.Ssh.Keys;

// The private numbers of an RSA key on their way into the BCL, which wants the two exponents that OpenSSH's file leaves out.
internal static class RsaSecrets
{
    public static bool TryCreate(
        ReadOnlySpan<byte> modulus,
        ReadOnlySpan<byte> exponent,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> inverseQ,
        ReadOnlySpan<byte> p,
        ReadOnlySpan<byte> q,
        out RSAParameters parameters)
    {
        parameters = default;
        int half = (modulus.Length + 1) / 2;
        if (modulus.IsEmpty || exponent.IsEmpty || secret.IsEmpty || inverseQ.IsEmpty || p.IsEmpty || q.IsEmpty
            || secret.Length > modulus.Length || inverseQ.Length > half || p.Length > half || q.Length > half)
        {
            return false;
        }

        parameters = new RSAParameters
        {
            Modulus = modulus.ToArray(),
            Exponent = exponent.ToArray(),
            D = Pad(secret, modulus.Length),
            P = Pad(p, half),
            Q = Pad(q, half),
            InverseQ = Pad(inverseQ, half),
            DP = Reduce(secret, p, half),
            DQ = Reduce(secret, q, half),
        };
        return true;
    }

    public static RsaSigningKey ImportAndZero(in RSAParameters parameters)
    {
        try
        {
            return RsaSigningKey.FromKey(RSA.Create(parameters));
        }
        finally
        {
            Zero(parameters);
        }
    }

    public static void Zero(in RSAParameters parameters)
    {
        CryptographicOperations.ZeroMemory(parameters.D);
        CryptographicOperations.ZeroMemory(parameters.P);
        CryptographicOperations.ZeroMemory(parameters.Q);
        CryptographicOperations.ZeroMemory(parameters.DP);
        CryptographicOperations.ZeroMemory(parameters.DQ);
        CryptographicOperations.ZeroMemory(parameters.InverseQ);
    }

    // d mod (prime - 1). A BigInteger cannot be wiped; this runs once per RSA file, in the process that holds the key anyway.
    private static byte[] Reduce(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> prime, int length)
    {
        BigInteger d = new(secret, isUnsigned: true, isBigEndian: true);
        BigInteger modulus = new BigInteger(prime, isUnsigned: true, isBigEndian: true) - 1;
        return modulus.IsZero
            ? new byte[length]
            : Pad((d % modulus).ToByteArray(isUnsigned: true, isBigEndian: true), length);
    }

    private static byte[] Pad(ReadOnlySpan<byte> magnitude, int length)
    {
        byte[] padded = new byte[length];
        magnitude.CopyTo(padded.AsSpan(length - magnitude.Length));
        return padded;
    }
}
