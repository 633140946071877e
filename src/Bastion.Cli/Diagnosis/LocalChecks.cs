using System.Globalization;
using System.Reflection;
using Bastion.Cli.Admin;
using Bastion.Cli.Output;

namespace Bastion.Cli.Diagnosis;

// What can be seen from outside the bastion, which its own checks cannot say: whether it can be reached at all.
internal static class LocalChecks
{
    // The Date of an answer has whole seconds, and the server renews it once a second.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(3);

    private const UnixFileMode OthersMode = (UnixFileMode)0b111_111;

    internal static string Version { get; } =
        typeof(LocalChecks).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    internal static Finding Folder(DataFolder folder)
    {
        const string Id = "data folder";
        if (!Directory.Exists(folder.Root))
        {
            return Finding.Fail(Id, $"{folder.Root} does not exist, or this account may not see it", $"name the folder with --data-dir or {DataFolder.Variable}");
        }

        if ((File.GetUnixFileMode(folder.Root) & OthersMode) != 0)
        {
            return Finding.Fail(
                Id, $"{folder.Root} is open to other accounts",
                $"see who could have read the private keys in it, then: chmod 700 {folder.Root}");
        }

        return FileOwner.Of(folder.Root) is { } owner && owner != FileOwner.Self && FileOwner.Self != 0
            ? Finding.Fail(Id, $"{folder.Root} belongs to account {owner}, and this is account {FileOwner.Self}", $"sudo -u '#{owner}' bastion doctor")
            : Finding.Ok(Id, folder.Root);
    }

    internal static Finding Clock(DateTimeOffset? server, TimeProvider clock)
    {
        DateTimeOffset now = clock.GetUtcNow();
        TimeSpan apart = ((server ?? now) - now).Duration();
        return apart <= ClockTolerance
            ? Finding.Ok("clock here", now.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture))
            : Finding.Fail("clock here", $"{TimeText.Duration(apart)} away from the bastion's", "set both clocks (chronyd, timedatectl): certificates depend on them");
    }

    // `server` is null when the bastion did not say.
    internal static Finding Versions(string? server) => server is null || server == Version
        ? Finding.Ok("version here", Version)
        : Finding.Warn("version here", $"this program is {Version}, the bastion {server}", "install the same version of both");
}
