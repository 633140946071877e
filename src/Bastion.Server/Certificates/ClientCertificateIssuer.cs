using System.Net;
using System.Security.Cryptography;
using Bastion.Server.Audit;
using Bastion.Server.Configuration;
using Bastion.Server.Identity;
using Bastion.Server.Storage;
using Bastion.Ssh;

namespace Bastion.Server.Certificates;

// What is asked for. Ttl null means the configured maximum. PermitPty null means yes, unless there is a forced command: a job needs
// no terminal.
internal sealed record ClientCertificateRequest(UserRecord User, PublicKey Key, string RequestedBy)
{
    internal TimeSpan? Ttl { get; init; }

    internal IReadOnlyList<IPNetwork>? SourceAddresses { get; init; }

    internal string? ForceCommand { get; init; }

    internal bool? PermitPty { get; init; }
}

// Signs certificates for people and jobs by the client authority. It grants nothing beyond what the bastion itself honours: the only
// extension is permit-pty. Forwarding of agent, X11 and ports and user rc files are never certified.
internal sealed class ClientCertificateIssuer(
    CertificateAuthorities authorities, CertificateStore store, ConfigStore config, AuditLog audit, TimeProvider time)
{
    internal const string PermitPtyExtension = "permit-pty";

    // A validity shorter than this is a mistake: it would be over before the client has connected.
    internal static readonly TimeSpan MinTtl = TimeSpan.FromSeconds(10);

    // The certificate, or why not. It leaves only after it stands in the database and, on the disk, in the audit log.
    internal async Task<(SshCertificate? Certificate, string? Refusal)> IssueAsync(ClientCertificateRequest request)
    {
        CertificatesConfig limits = config.Current.Certificates;
        TimeSpan ttl = request.Ttl ?? limits.MaxTtl;
        if (request.User.Status != UserStatus.Active)
        {
            return (null, $"The user {request.User.Name} is disabled. Enable it first: bastion user enable {request.User.Name}");
        }

        if (ttl < MinTtl || ttl > limits.MaxTtl)
        {
            return (null, $"A certificate is valid for {ConfigUnits.Format(MinTtl)} to {ConfigUnits.Format(limits.MaxTtl)} (certificates.max_ttl).");
        }

        DateTimeOffset now = time.GetUtcNow();
        ClientKeyId keyId = new(
            request.User.Name, request.User.Id, request.User.Epoch, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        SshCertificate certificate = new SshCertificateTemplate
        {
            Key = request.Key,
            Type = SshCertificateType.User,
            KeyId = keyId.ToString(),
            Principals = [request.User.Name],
            ValidAfter = now - limits.ClockSkew,
            ValidBefore = now + ttl,
            ForceCommand = request.ForceCommand,
            SourceAddresses = request.SourceAddresses,
            Extensions = request.PermitPty ?? request.ForceCommand is null ? [PermitPtyExtension] : [],
        }.Issue(authorities.Client);

        store.Add(Describe(certificate, request, now));
        bool recorded = await audit.WriteAsync(new CertificateIssued(
            "client", certificate.Serial, certificate.KeyId, request.User.Name, request.Key.Fingerprint, now + ttl));
        return recorded ? (certificate, null) : (null, "The audit log cannot be written, so nothing is issued. Check the disk of the data folder.");
    }

    private static IssuedCertificate Describe(SshCertificate certificate, ClientCertificateRequest request, DateTimeOffset now) => new()
    {
        Serial = certificate.Serial,
        KeyId = certificate.KeyId,
        UserId = request.User.Id,
        UserName = request.User.Name,
        Fingerprint = request.Key.Fingerprint,
        Issued = now,
        IssuedBy = request.RequestedBy,
        ValidAfter = DateTimeOffset.FromUnixTimeSeconds((long)certificate.ValidAfter),
        ValidBefore = DateTimeOffset.FromUnixTimeSeconds((long)certificate.ValidBefore),
        SourceAddress = request.SourceAddresses is null ? null : string.Join(',', request.SourceAddresses),
        ForceCommand = request.ForceCommand,
    };
}
