using System.Collections.Frozen;

namespace Bastion.Server.Targets.Command;

// The signals that SSH can name (RFC 4254 §6.10), by their Linux numbers.
internal static class SignalNames
{
    private static readonly FrozenDictionary<string, int> Numbers = new Dictionary<string, int>
    {
        ["HUP"] = 1,
        ["INT"] = 2,
        ["QUIT"] = 3,
        ["ILL"] = 4,
        ["ABRT"] = 6,
        ["FPE"] = 8,
        ["KILL"] = 9,
        ["USR1"] = 10,
        ["SEGV"] = 11,
        ["USR2"] = 12,
        ["PIPE"] = 13,
        ["ALRM"] = 14,
        ["TERM"] = 15,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, string> Names = Numbers.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    internal static bool TryGetNumber(string name, out int number) => Numbers.TryGetValue(name, out number);

    // RFC 4254 §6.10: other names take the form sig-name@xyz.
    internal static string NameOf(int number) => Names.TryGetValue(number, out string? name) ? name : $"SIG{number}@linux";
}
