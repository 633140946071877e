using Bastion.Ssh.Transport;
using Xunit;

namespace Bastion.Ssh.Tests.Transport;

// A cipher with its MAC and fixed keys, from which writers, readers and the independent reference are made.
internal sealed class CipherSuite
{
    private readonly byte[] _key;
    private readonly byte[] _iv;
    private readonly byte[] _macKey;

    private CipherSuite(string cipher, string? mac)
    {
        Cipher = cipher;
        Mac = mac;
        PacketKeySizes sizes = PacketCipherFactory.GetKeySizes(cipher, mac);
        _key = Pattern(sizes.Key, 1);
        _iv = Pattern(sizes.Iv, 101);
        _macKey = Pattern(sizes.Mac, 201);
    }

    // Every cipher of the default lists, those without their own authentication with every MAC.
    public static TheoryData<string, string> Names
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string cipher in SshAlgorithms.Default.Ciphers)
            {
                foreach (string mac in PacketCipherFactory.IsAead(cipher) ? [""] : SshAlgorithms.Default.Macs)
                {
                    data.Add(cipher, mac);
                }
            }

            return data;
        }
    }

    public string Cipher { get; }

    public string? Mac { get; }

    public static CipherSuite Get(string cipher, string mac) => new(cipher, mac.Length == 0 ? null : mac);

    public IPacketEncryptor CreateEncryptor() => PacketCipherFactory.CreateEncryptor(Cipher, Mac, _key, _iv, _macKey);

    public IPacketDecryptor CreateDecryptor() => PacketCipherFactory.CreateDecryptor(Cipher, Mac, _key, _iv, _macKey);

    public ReferencePackets CreateReference() => ReferencePackets.Create(Cipher, Mac, _key, _iv, _macKey);

    public PacketWriter CreateWriter(long rekeyBytes = long.MaxValue)
    {
        PacketWriter writer = new(rekeyBytes);
        writer.SwitchKeys(CreateEncryptor(), resetSequenceNumber: true);
        return writer;
    }

    public PacketReader CreateReader(long rekeyBytes = long.MaxValue)
    {
        PacketReader reader = new(rekeyBytes) { MaxPacketLength = PacketLimits.AfterAuth };
        reader.SwitchKeys(CreateDecryptor(), resetSequenceNumber: true);
        return reader;
    }

    private static byte[] Pattern(int length, int start)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(start + i);
        }

        return bytes;
    }
}
