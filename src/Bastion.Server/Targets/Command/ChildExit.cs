namespace Bastion.Server.Targets.Command;

// How a child ended: by an exit code, or by a signal (name without "SIG", as RFC 4254 §6.10 writes it).
internal readonly record struct ChildExit(int Code, string? Signal, bool CoreDumped);
