namespace Bastion.Benchmarks.Gateways;

// Makes ssh -N end as soon as it is signed in: OpenSSH runs the local command then, before it opens any channel, and the command ends its
// parent. It prints a line first, so that connections that were refused are not counted.
internal static class SignInOnce
{
    public static readonly string[] Lines = ["PermitLocalCommand yes", "LocalCommand echo signed-in; kill $PPID"];
}
