using System.Diagnostics.CodeAnalysis;
using System.Net;
using Bastion.Server.Certificates;
using Bastion.Server.Storage;
using Bastion.Ssh;

namespace Bastion.Server.Identity;

// The answer to "who holds this key". Reason is for log and audit; the peer only learns that it was not accepted.
internal sealed record SignInOutcome
{
    private SignInOutcome(UserRecord? user, CredentialRecord? credential, string? reason)
    {
        User = user;
        Credential = credential;
        Reason = reason;
    }

    [MemberNotNullWhen(true, nameof(User), nameof(Credential))]
    [MemberNotNullWhen(false, nameof(Reason))]
    internal bool Accepted => Reason is null;

    internal UserRecord? User { get; }

    internal CredentialRecord? Credential { get; }

    internal string? Reason { get; }

    internal static SignInOutcome Accept(UserRecord user, CredentialRecord credential) => new(user, credential, null);

    internal static SignInOutcome Refuse(string reason) => new(null, null, reason);
}

// Turns a credential into a user. It has no side effects, so it answers the client's query as well as the sign-in itself, and is asked
// again at each new channel: what was revoked meanwhile is refused then. Who it is comes from the key alone, never from a name that
// the client sent. Thread-safe.
internal sealed class SignIn(CertificateAuthorities authorities, UserStore users, KeyStore keys)
{
    // `source` is where the connection comes from; null when that is unknown, which a source-address restriction refuses.
    internal SignInOutcome Resolve(PublicKey key, SshCertificate? certificate, IPAddress? source, DateTimeOffset now) =>
        certificate is null ? ResolveKey(key, now) : ResolveCertificate(certificate, source, now);

    private SignInOutcome ResolveCertificate(SshCertificate certificate, IPAddress? source, DateTimeOffset now)
    {
        CertificateRejection rejection =
            certificate.Check(SshCertificateType.User, authorities.Client.PublicKey.Equals, principal: null, now, source);
        if (rejection != CertificateRejection.None)
        {
            return SignInOutcome.Refuse(rejection.Describe());
        }

        if (ClientKeyId.Parse(certificate.KeyId) is not { } keyId)
        {
            return SignInOutcome.Refuse("certificate whose key id does not name a user");
        }

        // The authority signs nothing else; a certificate that says it was signed by another hand.
        if (certificate.Principals is not [string principal] || principal != keyId.UserName)
        {
            return SignInOutcome.Refuse("certificate whose principals are not its user");
        }

        if (users.Find(keyId.UserId) is not { } user || user.Name != keyId.UserName)
        {
            return SignInOutcome.Refuse("certificate of a user that does not exist");
        }

        if (user.Status != UserStatus.Active)
        {
            return SignInOutcome.Refuse("user disabled");
        }

        // Both directions: an epoch from the future cannot be ours either.
        if (user.Epoch != keyId.Epoch)
        {
            return SignInOutcome.Refuse("certificate revoked: issued before the user was disabled");
        }

        return SignInOutcome.Accept(user, new CredentialRecord
        {
            Method = SignInMethod.Certificate,
            Fingerprint = certificate.Key.Fingerprint,
            Serial = certificate.Serial,
            KeyId = certificate.KeyId,
            Expires = certificate.Expiry,
            ForceCommand = certificate.ForceCommand,
            PermitPty = certificate.HasExtension(ClientCertificateIssuer.PermitPtyExtension),
        });
    }

    private SignInOutcome ResolveKey(PublicKey key, DateTimeOffset now)
    {
        if (keys.Find(key.Fingerprint) is not { } enrolled || !enrolled.Key.Equals(key))
        {
            return SignInOutcome.Refuse("unknown key");
        }

        if (now >= enrolled.Expires)
        {
            return SignInOutcome.Refuse("enrolled key expired");
        }

        if (users.Find(enrolled.UserId) is not { Status: UserStatus.Active } user)
        {
            return SignInOutcome.Refuse("user disabled");
        }

        if (user.Epoch != enrolled.Epoch)
        {
            return SignInOutcome.Refuse("enrolled key revoked: added before the user was disabled");
        }

        return SignInOutcome.Accept(user, new CredentialRecord
        {
            Method = SignInMethod.Key,
            Fingerprint = key.Fingerprint,
            Serial = null,
            KeyId = null,
            Expires = enrolled.Expires,
            ForceCommand = null,
            PermitPty = true,
        });
    }
}
