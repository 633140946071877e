using System.Globalization;
using System.Net;
using Bastion.Server.Certificates;
using Bastion.Server.Configuration;
using Bastion.Server.Storage;
using Bastion.Ssh;

namespace Bastion.Server.Admin;

internal static class CertificatesEndpoints
{
    private const int MaxSourceAddresses = 32;

    // It travels in every handshake; whatever is longer belongs into a script.
    private const int MaxForceCommand = 4096;

    internal static void MapCertificates(this RouteGroupBuilder api)
    {
        api.MapGet("/certificates", (string? user, CertificateStore certificates) =>
            new Listing<CertificateView>([.. certificates.List(user).Select(CertificateView.Of)]));
        api.MapPost("/certificates", IssueAsync);
        api.MapGet("/cas", (CertificateAuthorities authorities) => new Listing<AuthorityView>([
            AuthorityView.Of("client", "signs people and jobs; the bastion trusts it", authorities.Client.PublicKey),
            AuthorityView.Of("target", "signs the bastion; targets trust it (TrustedUserCAKeys)", authorities.Target.PublicKey),
            AuthorityView.Of("host", "signs the bastion's host keys; clients trust it (@cert-authority)", authorities.Host.PublicKey)]));
    }

    private static async Task<IResult> IssueAsync(
        HttpContext context, IssueCertificate request, UserStore users, ClientCertificateIssuer issuer, ClientSetup setup)
    {
        context.Names(request.User);
        if (!PublicKey.TryParseText(request.Key, out PublicKey? key, out string? comment, out string? error))
        {
            return AdminProblem.Invalid($"This is not a public key as in a .pub file: {error}");
        }

        if (users.Find(request.User) is not { } user)
        {
            return AdminProblem.UnknownUser(request.User);
        }

        List<IPNetwork>? sources = null;
        if (request.SourceAddresses is { Count: > 0 } texts && !TryParseNetworks(texts, out sources))
        {
            return AdminProblem.Invalid("A source address is an IP address or a network such as 192.0.2.0/24 or 2001:db8::/32, at most "
                + $"{MaxSourceAddresses.ToString(CultureInfo.InvariantCulture)} of them; the bits behind the prefix are zero.");
        }

        if (request.ForceCommand is { } command && (command.Length is 0 or > MaxForceCommand || command.Any(char.IsControl)))
        {
            return AdminProblem.Invalid("A forced command is one line of at most 4096 characters.");
        }

        TimeSpan ttl = default;
        if (request.Ttl is { } text && !ConfigUnits.TryParseDuration(text, out ttl))
        {
            return AdminProblem.Invalid($"'{ConfigText.Show(text)}' is not a duration; {ConfigUnits.DurationForm}.");
        }

        (SshCertificate? certificate, string? refusal) = await issuer.IssueAsync(new ClientCertificateRequest(user, key, context.Actor())
        {
            Ttl = request.Ttl is null ? null : ttl,
            SourceAddresses = sources,
            ForceCommand = request.ForceCommand,
            PermitPty = request.PermitPty,
        });
        return certificate is null
            ? AdminProblem.Refused(refusal!)
            : TypedResults.Created("/api/v1/certificates", new IssuedView(
                Text(certificate.Serial), user.Name, certificate.KeyId, key.Fingerprint, certificate.Expiry!.Value,
                certificate.ToText(comment), setup.Example(user)));
    }

    // A single address is a network of one. What is written as a network must be one: 192.0.2.1/24 is a mistake.
    private static bool TryParseNetworks(List<string> texts, out List<IPNetwork> networks)
    {
        networks = [];
        foreach (string text in texts)
        {
            string[] parts = text?.Split('/', 2) ?? [""];
            if (!IPAddress.TryParse(parts[0], out IPAddress? address))
            {
                return false;
            }

            if (parts.Length == 1)
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(text, out IPNetwork network) && network.BaseAddress.Equals(address))
            {
                networks.Add(network);
            }
            else
            {
                return false;
            }
        }

        return networks.Count <= MaxSourceAddresses;
    }

    // JSON readers keep numbers as doubles, which cannot hold 64 bits.
    private static string Text(ulong serial) => serial.ToString(CultureInfo.InvariantCulture);

    private sealed record IssueCertificate(
        string User, string Key, string? Ttl = null, List<string>? SourceAddresses = null, string? ForceCommand = null, bool? PermitPty = null);

    // Destination: what could stand behind `ssh`, with the options in front of it; null when no rule lets the user in anywhere.
    private sealed record IssuedView(
        string Id, string User, string KeyId, string Fingerprint, DateTimeOffset ValidBefore, string Certificate, string? Destination);

    private sealed record CertificateView(
        string Id, string User, string KeyId, string Fingerprint, DateTimeOffset Issued, string IssuedBy, DateTimeOffset ValidAfter,
        DateTimeOffset ValidBefore, string? SourceAddress, string? ForceCommand)
    {
        internal static CertificateView Of(IssuedCertificate certificate) => new(
            Text(certificate.Serial), certificate.UserName, certificate.KeyId, certificate.Fingerprint, certificate.Issued, certificate.IssuedBy,
            certificate.ValidAfter, certificate.ValidBefore, certificate.SourceAddress, certificate.ForceCommand);
    }

    private sealed record AuthorityView(string Id, string Use, string Fingerprint, string PublicKey)
    {
        internal static AuthorityView Of(string name, string use, PublicKey key) => new(name, use, key.Fingerprint, key.ToText($"bastion {name} CA"));
    }
}
