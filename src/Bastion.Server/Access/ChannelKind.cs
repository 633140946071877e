namespace Bastion.Server.Access;

// What a user asks a target for. An access rule allows each kind by its own word.
internal enum ChannelKind
{
    Shell,

    // A command; also scp without SFTP, rsync and git, which are commands to the server.
    Exec,

    Sftp,

    // Any subsystem other than sftp.
    Subsystem,
}
