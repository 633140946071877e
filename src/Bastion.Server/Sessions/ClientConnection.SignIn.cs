using Bastion.Server.Access;
using Bastion.Server.Audit;
using Bastion.Server.Identity;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

internal sealed partial class ClientConnection
{
    // Timers take at most 2^32 - 2 ms, 49 days.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private ITimer? _expiry;

    internal Action? OnSignedIn { get; init; }

    // A question without proof: answered from the same place as the sign-in, and without a trace (A1, A2).
    public ValueTask<bool> IsAcceptableAsync(SshCredential credential, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Resolve(credential, out _, out _).Accepted);

    public ValueTask<bool> SignInAsync(SshCredential credential, CancellationToken cancellationToken)
    {
        SignInOutcome outcome = Resolve(credential, out string login, out string? target);
        if (!outcome.Accepted)
        {
            _parts.Audit.Write(new SignInFailed(Id, Source.ToString(), credential.UserName, credential.Key.Fingerprint, outcome.Reason));
            _parts.Logger.SignInRefused(Id, outcome.Reason);
            return ValueTask.FromResult(false);
        }

        SignedInUser identity = new(outcome.User, outcome.Credential, credential, Source);
        Identity = identity;
        Login = login;
        TargetName = target;
        _parts.Registry.Add(this);
        OnSignedIn?.Invoke();
        WatchExpiry(outcome.Credential.Expires);
        _parts.Audit.Write(new SignInSucceeded(
            Id, Source.ToString(), outcome.User.Name, outcome.User.Id, outcome.Credential.Method.ToString().ToLowerInvariant(),
            outcome.Credential.Fingerprint, outcome.Credential.Serial, outcome.Credential.KeyId));
        _parts.Logger.SignedIn(Id, outcome.User.Name, outcome.Credential.Fingerprint);
        return ValueTask.FromResult(true);
    }

    // Whether the credential still is what it was when the client signed in.
    internal SignInOutcome ResolveAgain()
    {
        SshCredential proof = Identity!.Proof;
        return _parts.SignIn.Resolve(proof.Key, proof.Certificate, Source, _parts.Time.GetUtcNow());
    }

    private SignInOutcome Resolve(SshCredential credential, out string login, out string? target)
    {
        login = "";
        target = TargetName;
        if (!LoginTarget.TryParse(credential.UserName, out LoginTarget parsed, out string error))
        {
            return SignInOutcome.Refuse(error);
        }

        if (IsInner && parsed.Target is not null && parsed.Target != TargetName)
        {
            return SignInOutcome.Refuse("the user name inside of a -J connection names another target");
        }

        // Or one person's way in would carry another person's session, and source addresses would mean nothing.
        if (_outer is not null && !_outer.Identity!.Proof.IsSameIdentity(credential))
        {
            return SignInOutcome.Refuse("the sign-in inside of a -J connection is not with the credential of the outer one");
        }

        login = parsed.Login;
        target ??= parsed.Target;
        return _parts.SignIn.Resolve(credential.Key, credential.Certificate, Source, _parts.Time.GetUtcNow());
    }

    private void WatchExpiry(DateTimeOffset? expires)
    {
        if (expires is not { } end)
        {
            return;
        }

        TimeSpan left = end - _parts.Time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            End(SessionEndReason.CertificateExpired, "your certificate or key has expired; get a new one and connect again.");
            return;
        }

        _expiry?.Dispose();
        _expiry = _parts.Time.CreateTimer(
            _ => WatchExpiry(end), null, left < LongestTimer ? left : LongestTimer, Timeout.InfiniteTimeSpan);
    }
}
