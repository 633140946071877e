using System.Net;
using Bastion.Server.Identity;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

// Who is at the other end of a connection. Bound by the proven key, never by a name that was sent. Proof is what Credential was read from, and is
// asked about again at each new channel; Source is the address of the outermost connection.
internal sealed record SignedInUser(UserRecord User, CredentialRecord Credential, SshCredential Proof, IPAddress Source);
