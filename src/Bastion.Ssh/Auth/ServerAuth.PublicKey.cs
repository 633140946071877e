using Bastion.Ssh.Keys;
using Bastion.Ssh.Wire;

namespace Bastion.Ssh.Auth;

// Sign-in with a key or a certificate (RFC 4252 §7, RFC 8332, OpenSSH PROTOCOL §3.1 and PROTOCOL.certkeys).
internal sealed partial class ServerAuth
{
    /*
        boolean   TRUE if signed, FALSE for a query
        string    public key algorithm name
        string    public key or certificate blob
        string    server host key            (publickey-hostbound-v00@openssh.com only)
        string    signature                  (signed requests only)
    */
    private ValueTask OnPublicKey(ref SshReader reader, string userName, bool hostBound)
    {
        bool signed = reader.ReadBoolean();
        string algorithm = reader.ReadName();
        ReadOnlySpan<byte> blob = reader.ReadString();
        ReadOnlySpan<byte> hostKey = hostBound ? reader.ReadString() : default;
        ReadOnlySpan<byte> signature = signed ? reader.ReadString() : default;
        reader.ReadEnd();

        if (hostBound && !hostKey.SequenceEqual(_transport.InitialHostKey))
        {
            SshProtocolException.Throw("A host-bound sign-in names another host key than this connection's.");
        }

        // The algorithm is on the list before anything of the blob is looked at.
        SshCredential? credential = ParseCredential(userName, algorithm, blob);
        if (credential is null)
        {
            Fail();
            return ValueTask.CompletedTask;
        }

        if (!signed)
        {
            return AnswerQueryAsync(credential, algorithm, blob.ToArray());
        }

        bool proven = VerifyProof(credential, algorithm, blob, hostKey, signature, hostBound);
        return SignInAsync(credential, proven);
    }

    private SshCredential? ParseCredential(string userName, string algorithm, ReadOnlySpan<byte> blob)
    {
        PublicKey? key = null;
        string signatureAlgorithm = CertificateAlgorithm.ToSignatureAlgorithm(algorithm);
        if (!_options.Algorithms.UserKeys.Contains(signatureAlgorithm))
        {
            return null;
        }

        SshCertificate? certificate = null;
        bool parsed = CertificateAlgorithm.IsCertificate(algorithm)
            ? SshCertificate.TryParse(blob, out certificate, out _)
            : PublicKey.TryParse(blob, out key, out _);

        // RFC 8332, and per curve for ECDSA: the key must be of the algorithm's type.
        key ??= certificate?.Key;
        return parsed && key is not null && key.SignatureAlgorithms.Contains(signatureAlgorithm)
            ? new SshCredential(userName, key, certificate, signatureAlgorithm)
            : null;
    }

    // The signature covers: string session id ‖ byte 50 ‖ string user ‖ string service ‖ string method ‖ TRUE ‖ algorithm ‖ blob [‖ host key].
    private bool VerifyProof(
        SshCredential credential,
        string algorithm,
        ReadOnlySpan<byte> blob,
        ReadOnlySpan<byte> hostKey,
        ReadOnlySpan<byte> signature,
        bool hostBound)
    {
        using SshWriter writer = new(stackalloc byte[2048]);
        writer.WriteString(_transport.SessionId);
        writer.WriteByte((byte)MessageNumber.UserAuthRequest);
        writer.WriteString(credential.UserName);
        writer.WriteString(ConnectionService);
        writer.WriteString(hostBound ? "publickey-hostbound-v00@openssh.com" : "publickey");
        writer.WriteBoolean(true);
        writer.WriteString(algorithm);
        writer.WriteString(blob);
        if (hostBound)
        {
            writer.WriteString(hostKey);
        }

        SecurityKeyFlags required = credential.Certificate?.RequiredSecurityKeyFlags ?? SecurityKeyFlags.UserPresent;
        return credential.Key.Verify(credential.SignatureAlgorithm, writer.Written, signature, required);
    }

    // byte SSH_MSG_USERAUTH_PK_OK; string algorithm; string blob
    private async ValueTask AnswerQueryAsync(SshCredential credential, string algorithm, byte[] blob)
    {
        if (!await _handler.IsAcceptableAsync(credential, _transport.Stopping))
        {
            Fail();
            return;
        }

        SendPublicKeyOk(algorithm, blob);
    }

    private void SendPublicKeyOk(string algorithm, byte[] blob)
    {
        using SshWriter writer = new(stackalloc byte[1024]);
        writer.WriteByte((byte)MessageNumber.UserAuthMethod60);
        writer.WriteString(algorithm);
        writer.WriteString(blob);
        _transport.Sender.Send(writer.Written);
    }

    // Only here, after the proof, does the application hear who it is (x/crypto CVE-2024-45337: offered is not proven).
    private async ValueTask SignInAsync(SshCredential credential, bool proven)
    {
        if (!proven || !await _handler.SignInAsync(credential, _transport.Stopping))
        {
            Fail();
            return;
        }

        _transport.Sender.Send([(byte)MessageNumber.UserAuthSuccess]);
        _onSignedIn(credential);
    }
}
