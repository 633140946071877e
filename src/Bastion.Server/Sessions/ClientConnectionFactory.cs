using System.Net;
using Bastion.Server.Audit;
using Bastion.Server.Configuration;
using Bastion.Server.Identity;

namespace Bastion.Server.Sessions;

// Makes the object behind each client connection, and holds what all of them use.
internal sealed class ClientConnectionFactory(
    ConfigStore config,
    SignIn signIn,
    SessionRegistry registry,
    SessionOpener sessions,
    JumpHost jumps,
    AuditLog audit,
    TimeProvider time,
    ILogger<ClientConnection> logger)
{
    internal ConfigStore Config => config;

    internal SignIn SignIn => signIn;

    internal SessionRegistry Registry => registry;

    internal SessionOpener Sessions => sessions;

    internal JumpHost Jumps => jumps;

    internal AuditLog Audit => audit;

    internal TimeProvider Time => time;

    internal ILogger Logger => logger;

    // onSignedIn: called once, when the client has signed in.
    internal ClientConnection Create(string id, IPAddress source, Action onSignedIn) =>
        new(this, id, source, outer: null, fixedTarget: null) { OnSignedIn = onSignedIn };
}
