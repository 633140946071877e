using System.Globalization;
using System.Security.Cryptography;
using Bastion.Server.Audit;
using Bastion.Server.Configuration;
using Bastion.Server.Storage;
using Bastion.Server.Targets;
using Bastion.Server.Targets.Command;

namespace Bastion.Server.Admin;

// One thing that was looked at: ok, or what is wrong and what to do about it.
internal sealed record Finding(string Id, string Status, string Detail, string? Fix)
{
    internal static Finding Ok(string id, string detail) => new(id, "ok", detail, null);

    internal static Finding Warn(string id, string detail, string fix) => new(id, "warning", detail, fix);

    internal static Finding Fail(string id, string detail, string fix) => new(id, "failed", detail, fix);
}

// Looks at what most often goes wrong around a running bastion, from inside.
internal sealed class Doctor(ConfigStore config, Database database, AuditLog audit, TimeProvider time)
{
    // A node writes a few hundred bytes an event; below this the disk is full within days.
    private const long LowDisk = 1L << 30;

    // The first OpenSSL with ML-KEM, which otherwise comes from a slower library.
    private static readonly Version PostQuantumOpenSsl = new(3, 5);

    internal IReadOnlyList<Finding> Examine() =>
        [Permissions(), Disk(), Records(), AuditTrail(), Clock(), OpenSsl(), FileOnDisk(), .. UnusableTargets()];

    private Finding Permissions()
    {
        DataFolder folder = config.Current.DataFolder;
        try
        {
            DataFolder.CheckPrivate(folder.Root, "700");
            foreach (string file in Directory.EnumerateFiles(folder.Root).Where(file => !file.EndsWith(".pub", StringComparison.Ordinal)))
            {
                DataFolder.CheckPrivate(file, "600");
            }

            return Finding.Ok("permissions", $"{folder.Root} is closed to other accounts");
        }
        catch (StartupException exception)
        {
            return Finding.Fail("permissions", exception.Message, "run the command above");
        }
    }

    private Finding Disk()
    {
        DriveInfo drive = new(config.Current.DataFolder.Root);
        string free = string.Create(CultureInfo.InvariantCulture, $"{drive.AvailableFreeSpace / (double)(1L << 30):0.0} GiB free");
        return drive.AvailableFreeSpace >= LowDisk
            ? Finding.Ok("disk", free)
            : Finding.Warn("disk", free, "make room: without space for the audit log every session ends");
    }

    private Finding Records()
    {
        string result = database.CheckIntegrity();
        return result == "ok"
            ? Finding.Ok("database", config.Current.DataFolder.Database)
            : Finding.Fail("database", result, "stop the bastion and restore the database from a backup");
    }

    private Finding AuditTrail() => audit.Healthy
        ? Finding.Ok("audit log", config.Current.DataFolder.AuditFile)
        : Finding.Fail(
            "audit log", "it cannot be written; no session can start", "check the disk of the data folder; the bastion's log names the error");

    // Nothing to compare with from here. What can be seen: a clock that was never set.
    private Finding Clock()
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset built = File.GetLastWriteTimeUtc(typeof(Doctor).Assembly.Location);
        return now >= built
            ? Finding.Ok("clock", now.ToString("u", CultureInfo.InvariantCulture))
            : Finding.Fail(
                "clock", $"{now:u} is before this program was built", "set the clock (chronyd, timedatectl): certificates depend on it");
    }

    private static Finding OpenSsl()
    {
        long number = SafeEvpPKeyHandle.OpenSslVersion;
        Version version = new((int)(number >> 28), (int)((number >> 20) & 0xff), (int)((number >> 4) & 0xff));
        return version.Major >= 3
            ? Finding.Ok("openssl", version >= PostQuantumOpenSsl ? $"{version}" : $"{version} (ML-KEM comes from a library of its own)")
            : Finding.Fail("openssl", $"{version}", "OpenSSL 3 is needed: install libssl3");
    }

    private Finding FileOnDisk()
    {
        ConfigModel current = config.Current;
        try
        {
            return ConfigStore.Load(current.File).Revision == current.Revision
                ? Finding.Ok("configuration", $"{current.File}, revision {current.Revision}")
                : Finding.Warn("configuration", $"{current.File} has changes that are not in force", "reload it (kill -HUP) and read the log");
        }
        catch (ConfigException exception)
        {
            return Finding.Fail("configuration", exception.Message, $"mend the file; revision {current.Revision} stays in force meanwhile");
        }
    }

    private IEnumerable<Finding> UnusableTargets()
    {
        foreach (CommandTargetModel target in config.Current.Targets.Values.OfType<CommandTargetModel>())
        {
            (Account? account, string? refusal) = RunAs.Decide(target, FileOwner.Self);
            if (refusal is not null)
            {
                yield return Finding.Fail($"target {target.Name}", refusal, "correct the target in the configuration");
            }
            else if (account is null)
            {
                yield return Finding.Warn(
                    $"target {target.Name}",
                    "unsafe_same_user: its users can read the private keys of this bastion",
                    "only for a demo on your own machine: set run_as instead");
            }
        }
    }
}

internal static class DoctorEndpoints
{
    internal static void MapDoctor(this RouteGroupBuilder api) =>
        api.MapGet("/doctor", (Doctor doctor) => new Listing<Finding>(doctor.Examine()));
}
