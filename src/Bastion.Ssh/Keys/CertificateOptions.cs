using System.Diagnostics.CodeAnalysis;
using System.Net;
using Option = System.Collections.Generic.KeyValuePair<string, System.ReadOnlyMemory<byte>>;

namespace Bastion.Ssh.Keys;

// The critical options and extensions of a certificate, with the values of those that are known.
internal sealed class CertificateOptions
{
    // OpenSSH defines nine in all; authorities add a few of their own.
    private const int MaxOptions = 128;

    private CertificateOptions(List<Option> critical, List<Option> extensions)
    {
        Critical = critical;
        Extensions = extensions;
    }

    public IReadOnlyList<Option> Critical { get; }

    public IReadOnlyList<Option> Extensions { get; }

    public bool HasUnknownCritical { get; private set; }

    public string? ForceCommand { get; private set; }

    public List<IPNetwork>? SourceAddresses { get; private set; }

    public bool VerifyRequired { get; private set; }

    public static bool TryParse(
        ReadOnlySpan<byte> critical,
        ReadOnlySpan<byte> extensions,
        [NotNullWhen(true)] out CertificateOptions? options,
        [NotNullWhen(false)] out string? error)
    {
        options = null;
        if (!TryUnpack(critical, out List<Option>? criticalList) || !TryUnpack(extensions, out List<Option>? extensionList))
        {
            error = $"The options of the certificate are malformed, doubled, out of order or more than {MaxOptions}.";
            return false;
        }

        CertificateOptions parsed = new(criticalList, extensionList);
        foreach (Option option in criticalList)
        {
            if (!parsed.TrySetCritical(option))
            {
                error = $"The critical option {option.Key} of the certificate is malformed.";
                return false;
            }
        }

        foreach (Option extension in extensionList)
        {
            if (IsFlagExtension(extension.Key) && !extension.Value.IsEmpty)
            {
                error = $"The extension {extension.Key} of the certificate has a value, and should have none.";
                return false;
            }
        }

        options = parsed;
        error = null;
        return true;
    }

    // As protocol names (RFC 4251 §6): printable US-ASCII, so that the order of strings is the order of bytes.
    public static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExceptInRange('!', '~');

    // PROTOCOL.certkeys: options stand in the order of their names, each once. Go's certificates and OpenSSH's keep to it.
    private static bool TryUnpack(ReadOnlySpan<byte> packed, [NotNullWhen(true)] out List<Option>? options)
    {
        options = [];
        BlobReader reader = new(packed);
        string? previous = null;
        while (reader.HasMore && options.Count < MaxOptions)
        {
            string name = reader.ReadText();
            ReadOnlySpan<byte> value = reader.ReadString();
            if (!IsName(name) || string.CompareOrdinal(previous, name) >= 0)
            {
                options = null;
                return false;
            }

            options.Add(new Option(name, value.ToArray()));
            previous = name;
        }

        if (!reader.AtEnd)
        {
            options = null;
        }

        return options is not null;
    }

    private bool TrySetCritical(Option option)
    {
        BlobReader reader = new(option.Value.Span);
        switch (option.Key)
        {
            case "force-command":
                ForceCommand = reader.ReadText();
                return reader.AtEnd && ForceCommand.Length > 0;
            case "source-address":
                SourceAddresses = SourceAddressList.Parse(reader.ReadString());
                return reader.AtEnd && SourceAddresses is not null;
            case "verify-required":
                VerifyRequired = true;
                return reader.AtEnd;
            default:
                HasUnknownCritical = true; // refused by the check, but still shown
                return true;
        }
    }

    private static bool IsFlagExtension(string name) => name is "no-touch-required" or "permit-X11-forwarding" or "permit-agent-forwarding"
        or "permit-port-forwarding" or "permit-pty" or "permit-user-rc";
}
