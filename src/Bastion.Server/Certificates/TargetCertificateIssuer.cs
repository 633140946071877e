using System.Globalization;
using Bastion.Server.Audit;
using Bastion.Server.Configuration;
using Bastion.Server.Identity;
using Bastion.Ssh;

namespace Bastion.Server.Certificates;

// What the bastion signs in to a target with. The owner disposes the key when the sign-in is over.
internal sealed record TargetCredential(PrivateKey Key, SshCertificate Certificate) : IDisposable
{
    public void Dispose() => Key.Dispose();
}

// A fresh key and a certificate of minutes for each session, by the target authority. Its key id names person and session, so that the
// target's own log does too; its only principal is the login.
internal sealed class TargetCertificateIssuer(CertificateAuthorities authorities, ConfigStore config, AuditLog audit, TimeProvider time)
{
    // permitPty: the session asked for a terminal. Nothing else is ever permitted.
    internal TargetCredential Issue(UserRecord user, string sessionId, string targetName, string login, bool permitPty) =>
        Issue(string.Create(CultureInfo.InvariantCulture, $"user={user.Name} id={user.Id} session={sessionId}"), targetName, login, permitPty);

    // For `bastion target check`: the target's log shall not name a person who was never there.
    internal TargetCredential IssueForCheck(string actor, string targetName, string login) =>
        Issue($"check by {actor}", targetName, login, permitPty: false);

    private TargetCredential Issue(string keyId, string targetName, string login, bool permitPty)
    {
        CertificatesConfig limits = config.Current.Certificates;
        DateTimeOffset now = time.GetUtcNow();
        PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        try
        {
            SshCertificate certificate = new SshCertificateTemplate
            {
                Key = key.PublicKey,
                Type = SshCertificateType.User,
                KeyId = keyId,
                Principals = [login],
                ValidAfter = now - limits.ClockSkew,
                ValidBefore = now + limits.TargetTtl,
                Extensions = permitPty ? [ClientCertificateIssuer.PermitPtyExtension] : [],
            }.Issue(authorities.Target);
            audit.Write(new CertificateIssued(
                "target", certificate.Serial, certificate.KeyId, $"{login}@{targetName}", key.PublicKey.Fingerprint, now + limits.TargetTtl));
            return new TargetCredential(key, certificate);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
