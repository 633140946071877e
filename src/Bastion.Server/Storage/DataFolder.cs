namespace Bastion.Server.Storage;

// Where everything that the bastion keeps lies. The folder is 0700 and its files 0600: the private halves of the authorities are in it.
internal sealed class DataFolder(string root)
{
    internal string Root { get; } = root;

    internal string Database => Path.Combine(Root, "bastion.db");

    internal string AuditFile => Path.Combine(Root, "audit", "audit.jsonl");

    internal string LogFile => Path.Combine(Root, "log", "bastion-.jsonl");

    // The longest path of a Unix socket is 107 bytes, which ConfigValidator checks.
    internal string AdminSocket => Path.Combine(Root, "admin.sock");

    internal string InRoot(string name) => Path.Combine(Root, name);
}
