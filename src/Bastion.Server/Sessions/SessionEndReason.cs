namespace Bastion.Server.Sessions;

// Why a session ended: one vocabulary for log, audit and metric. The names are written out in the audit log; they are only ever added to.
internal enum SessionEndReason
{
    // It has not.
    None,

    // No access rule allows it: it never began.
    AccessDenied,

    // The program on the target ended.
    Completed,

    // The client closed the channel, or its connection ended.
    ClientClosed,

    // The connection to the target broke while the session ran.
    TargetLost,

    // See ConnectFailure: the session never came about.
    TargetDown,
    TargetHostKeyRefused,
    TargetSignInRefused,
    TargetRefused,
    RequestRefused,

    // By an administrator.
    Killed,

    // The user was disabled, or the credential revoked.
    Revoked,

    // A new configuration does not allow what the session does.
    AccessWithdrawn,

    // The certificate that the client signed in with is no longer valid.
    CertificateExpired,

    // The bastion stops.
    ServerStopping,

    // The audit log cannot be written.
    AuditUnavailable,

    // An error of ours; the diagnostic log has it.
    InternalError,
}
