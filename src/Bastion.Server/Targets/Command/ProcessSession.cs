using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Bastion.Server.Targets.Command;

// All processes of one POSIX session (setsid), found in /proc: the leader's process group does not hold the jobs of an interactive shell.
internal static class ProcessSession
{
    // How often to look again for children that were forked while we killed; each round finds fewer, a killed process forks no more.
    private const int MaxRounds = 10;

    // Field 6 of /proc/[pid]/stat (proc(5)), counted from the state, which follows the name in parentheses.
    private const int SessionAfterName = 3;

    // The caller holds the leader unreaped, so that the session's number cannot come to mean another one.
    internal static void Kill(int leader)
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            bool found = false;
            foreach (int pid in Members(leader))
            {
                found |= KillMember(pid, leader);
            }

            if (!found)
            {
                return;
            }
        }
    }

    // Live members; the dead ones that wait to be reaped do not count.
    internal static IEnumerable<int> Members(int session)
    {
        foreach (string path in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && IsMember(pid, session))
            {
                yield return pid;
            }
        }
    }

    // Opens the process first and looks again, so that a reused process number is never hit.
    private static bool KillMember(int pid, int session)
    {
        using SafeFileHandle? process = LibC.TryOpenPid(pid);
        return process is not null && IsMember(pid, session) && LibC.SignalPid(process, LibC.SignalKill) == 0;
    }

    private static bool IsMember(int pid, int session)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            return false; // it has ended
        }

        // The name may hold spaces and parentheses of its own.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields.Length > SessionAfterName
            && fields[0] is not ("Z" or "X")
            && int.TryParse(fields[SessionAfterName], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            && id == session;
    }
}
