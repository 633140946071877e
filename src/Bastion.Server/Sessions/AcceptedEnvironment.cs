using System.Text.Unicode;
using Bastion.Ssh;

namespace Bastion.Server.Sessions;

// The variables that a client may set, on every kind of channel alike: those that say how text looks, and git's protocol version. A variable
// that steers a program (LD_PRELOAD, BASH_ENV, GIT_SSH_COMMAND …) would be a command that no rule has seen.
internal static class AcceptedEnvironment
{
    // Debian's sshd accepts LANG, LC_*, COLORTERM and NO_COLOR; git needs GIT_PROTOCOL for protocol version 2.
    private static readonly string[] Names = ["LANG", "LANGUAGE", "COLORTERM", "NO_COLOR", "TZ", "GIT_PROTOCOL"];

    private const string LocalePrefix = "LC_";
    private const int MaxNameLength = 64;
    private const int MaxValueLength = 1024; // the longest sensible one is LANGUAGE, a list of languages

    // All LC_* variables of a locale are fourteen; the rest is room for the others.
    internal const int MaxCount = 32;

    internal static bool Accepts(EnvRequest request)
    {
        bool named = Names.Contains(request.Name, StringComparer.Ordinal)
            || (request.Name.StartsWith(LocalePrefix, StringComparison.Ordinal)
                && request.Name.Length <= MaxNameLength
                && !request.Name.AsSpan(LocalePrefix.Length).ContainsAnyExceptInRange('A', 'Z'));
        ReadOnlySpan<byte> value = request.Value.Span;
        return named && value.Length <= MaxValueLength && Utf8.IsValid(value) && !ContainsControl(value);
    }

    private static bool ContainsControl(ReadOnlySpan<byte> value) => value.ContainsAnyInRange((byte)0, (byte)0x1f) || value.Contains((byte)0x7f);
}
