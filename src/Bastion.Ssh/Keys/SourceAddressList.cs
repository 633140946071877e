using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bastion.Ssh.Keys;

// The value of the option source-address: addresses and CIDR networks, separated by commas.
internal static class SourceAddressList
{
    // As many as principals; more would only serve to fill memory.
    private const int MaxNetworks = 256;

    private const int Ipv4Bits = 32;
    private const int Ipv6Bits = 128;
    private const int MappedPrefixBits = 96;

    // Null for an empty list, for anything that is not exactly an address or network, and for a network with bits beyond its prefix:
    // an option that restricts must not be guessed at.
    public static List<IPNetwork>? Parse(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'!', (byte)'~') || value.Count((byte)',') >= MaxNetworks)
        {
            return null;
        }

        List<IPNetwork> networks = [];
        foreach (string text in Encoding.ASCII.GetString(value).Split(','))
        {
            if (!TryParseNetwork(text, out IPNetwork network))
            {
                return null;
            }

            networks.Add(network);
        }

        return networks;
    }

    public static string Format(IReadOnlyList<IPNetwork> networks) => string.Join(',', networks);

    public static bool Matches(IReadOnlyList<IPNetwork> networks, IPAddress? source)
    {
        if (source is null)
        {
            return false;
        }

        // A listener on both protocols sees IPv4 peers as ::ffff:a.b.c.d.
        IPAddress address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        foreach (IPNetwork network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryParseNetwork(string text, out IPNetwork network)
    {
        network = default;
        int slash = text.IndexOf('/');
        if (!TryParseAddress(slash < 0 ? text : text[..slash], out IPAddress? address))
        {
            return false;
        }

        int bits = address.AddressFamily == AddressFamily.InterNetwork ? Ipv4Bits : Ipv6Bits;
        int prefix = bits;
        if (slash >= 0
            && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            return false;
        }

        if (address.IsIPv4MappedToIPv6 && prefix >= MappedPrefixBits)
        {
            address = address.MapToIPv4();
            prefix -= MappedPrefixBits;
        }

        // IPNetwork clears bits beyond the prefix; OpenSSH refuses them, since 10.0.0.1/8 may have meant the one address.
        network = new IPNetwork(address, prefix);
        return network.BaseAddress.Equals(address);
    }

    // IPAddress takes "10", "010.0.0.1" and "fe80::1%eth0" too, which other programs read differently or not at all.
    private static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address)
        && (address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString() == text
            : !text.AsSpan().ContainsAny('%', '[', ']'));
}
