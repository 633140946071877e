using Bastion.Testing.OpenSsh;

namespace Bastion.Benchmarks.Gateways;

// The machine behind the gateways: one sshd for all of them, with the cipher that all legs use.
internal static class BenchTarget
{
    // The fastest cipher of OpenSSH on machines with AES instructions, and the bastion's first choice too.
    public const string Cipher = "aes256-gcm@openssh.com";

    // sshd's own bounds are meant for people (10 unauthenticated connections, 10 sessions); hundreds come here at once.
    public static readonly string[] ServerLines = [$"Ciphers {Cipher}", "MaxStartups 2000", "MaxSessions 2000", "LogLevel INFO", "LoginGraceTime 0"];

    // The client of every benchmark. Newer clients blur keystrokes in time (ObscureKeystrokeTiming), which would hide what is measured.
    public static readonly string[] ClientLines =
        [$"Ciphers {Cipher}", "KexAlgorithms curve25519-sha256", "Compression no", "ObscureKeystrokeTiming no", "LogLevel ERROR"];

    // Stands before the first Host block: an option inside of one counts only for that host, but is read for all.
    public const string ClientPreamble = "IgnoreUnknown ObscureKeystrokeTiming";

    public static Task<OpenSshServer> StartAsync(KeyFile authorized) => OpenSshServer.StartAsync(new OpenSshServerOptions
    {
        AuthorizedKeys = [authorized.PublicLine],
        Lines = ServerLines,
    });
}
