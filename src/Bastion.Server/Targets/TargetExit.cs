namespace Bastion.Server.Targets;

// How a program on a target ended (RFC 4254 §6.10): with a status, or by a signal, named without "SIG".
internal readonly record struct TargetExit(uint? Status, string? Signal, bool CoreDumped)
{
    internal static TargetExit WithStatus(uint status) => new(status, null, false);

    internal static TargetExit BySignal(string signal, bool coreDumped) => new(null, signal, coreDumped);
}
