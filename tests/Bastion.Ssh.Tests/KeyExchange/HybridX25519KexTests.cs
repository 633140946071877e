using System.Security.Cryptography;
using Bastion.Ssh.KeyExchange;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Pqc.Crypto.NtruPrime;
using Org.BouncyCastle.Security;
using Xunit;

namespace Bastion.Ssh.Tests.KeyExchange;

public sealed class HybridX25519KexTests
{
    private const string MlKem = "mlkem768x25519-sha256";
    private const string Sntrup = "sntrup761x25519-sha512";

    // The server's half, taken apart and put together from the drafts' text, with another X25519.
    [Theory]
    [InlineData(MlKem, 1184, 32)]
    [InlineData(Sntrup, 1158, 64)]
    public void Finish_ReplyMadeByHand_GivesTheSecretAsString(string name, int kemPublicKeySize, int hashSize)
    {
        using KexMethod client = KexMethod.Create(name);
        byte[] clientInit = client.CreateClientInit();
        Assert.Equal(kemPublicKeySize + 32, clientInit.Length);

        (byte[] ciphertext, byte[] kemSecret) = name == MlKem
            ? EncapsulateMlKem(clientInit[..kemPublicKeySize])
            : EncapsulateSntrup(clientInit[..kemPublicKeySize]);
        X25519PrivateKeyParameters privateKey = new(new SecureRandom());
        X25519Agreement agreement = new();
        agreement.Init(privateKey);
        byte[] x25519Secret = new byte[32];
        agreement.CalculateAgreement(new X25519PublicKeyParameters(clientInit.AsSpan(kemPublicKeySize)), x25519Secret, 0);
        byte[] both = [.. kemSecret, .. x25519Secret];
        byte[] hash = name == MlKem ? SHA256.HashData(both) : SHA512.HashData(both);

        byte[] secret = client.Finish([.. ciphertext, .. privateKey.GeneratePublicKey().GetEncoded()]);
        Assert.Equal((byte[])[0, 0, 0, (byte)hashSize, .. hash], secret);
        Assert.Equal(hashSize * 8, int.Parse(client.Hash.Name![3..]));
    }

    [Theory]
    [InlineData(MlKem)]
    [InlineData(Sntrup)]
    public void Peer_X25519KeyOfSmallOrder_FailsTheExchange(string name)
    {
        using KexMethod client = KexMethod.Create(name);
        using KexMethod server = KexMethod.Create(name);
        byte[] clientInit = client.CreateClientInit();
        byte[] serverReply = server.Respond(clientInit).ServerReply;
        clientInit.AsSpan(clientInit.Length - 32).Clear();
        serverReply.AsSpan(serverReply.Length - 32).Clear();

        AssertRefused(() => server.Respond(clientInit));
        AssertRefused(() => client.Finish(serverReply));
    }

    [Fact]
    public void Respond_MlKemKeyAboveTheModulus_FailsTheExchange()
    {
        using KexMethod client = KexMethod.Create(MlKem);
        using KexMethod server = KexMethod.Create(MlKem);
        byte[] clientInit = client.CreateClientInit();
        clientInit[1000] = 0xff;
        clientInit[1001] = 0xff;
        clientInit[1002] = 0xff;
        AssertRefused(() => server.Respond(clientInit));
    }

    // A damaged ciphertext is no error (implicit rejection): the two sides end up with different secrets, and H with them.
    [Theory]
    [InlineData(MlKem)]
    [InlineData(Sntrup)]
    public void Finish_DamagedCiphertext_GivesAnotherSecret(string name)
    {
        using KexMethod client = KexMethod.Create(name);
        using KexMethod server = KexMethod.Create(name);
        KexResponse response = server.Respond(client.CreateClientInit());
        response.ServerReply[10] ^= 1;
        Assert.NotEqual(response.SharedSecret, client.Finish(response.ServerReply));
    }

    // Whatever bytes of the right length a peer sends, it gets an answer or a KeyExchangeFailed, never another exception.
    [Theory]
    [InlineData(MlKem, 1184, 1088)]
    [InlineData(Sntrup, 1158, 1039)]
    public void Peer_RandomBytes_NeverRaiseAnythingElse(string name, int publicKeySize, int ciphertextSize)
    {
        using KexMethod client = KexMethod.Create(name);
        client.CreateClientInit();
        for (int i = 0; i < 8; i++)
        {
            using KexMethod server = KexMethod.Create(name);
            byte[] clientInit = Fill(publicKeySize + 32, i);
            byte[] serverReply = Fill(ciphertextSize + 32, i);
            AssertOnlyRefusals(() => server.Respond(clientInit));
            AssertOnlyRefusals(() => client.Finish(serverReply));
        }
    }

    private static byte[] Fill(int length, int round)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(length);
        if (round < 2)
        {
            bytes.AsSpan(0, length - 32).Fill(round == 0 ? (byte)0 : (byte)0xff);
        }

        return bytes;
    }

    private static void AssertOnlyRefusals(Action action)
    {
        if (Record.Exception(action) is { } e)
        {
            Assert.Equal(DisconnectReason.KeyExchangeFailed, Assert.IsType<SshProtocolException>(e).Reason);
        }
    }

    private static void AssertRefused(Action action) =>
        Assert.Equal(DisconnectReason.KeyExchangeFailed, Assert.Throws<SshProtocolException>(action).Reason);

    private static (byte[] Ciphertext, byte[] Secret) EncapsulateMlKem(byte[] publicKey)
    {
        byte[] ciphertext = new byte[1088];
        byte[] secret = new byte[32];
        MLKemEncapsulator encapsulator = new(MLKemParameters.ml_kem_768);
        encapsulator.Init(new ParametersWithRandom(
            MLKemPublicKeyParameters.FromEncoding(MLKemParameters.ml_kem_768, publicKey), new SecureRandom()));
        encapsulator.Encapsulate(ciphertext, secret);
        return (ciphertext, secret);
    }

    private static (byte[] Ciphertext, byte[] Secret) EncapsulateSntrup(byte[] publicKey)
    {
        using ISecretWithEncapsulation encapsulated = new SNtruPrimeKemGenerator(new SecureRandom()).GenerateEncapsulated(
            new SNtruPrimePublicKeyParameters(SNtruPrimeParameters.sntrup761, publicKey));
        return ([.. encapsulated.GetEncapsulation()], [.. encapsulated.GetSecret()]);
    }
}
