using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>Many sessions in one connection (ControlMaster), as Ansible and people with many windows have them.</summary>
public sealed class MultiplexTests(World world)
{
    // sshd's MaxSessions, and the bastion's default
    private const int Sessions = 10;

    [Fact(Timeout = 90_000)]
    public async Task ControlMaster_TenShellsAtOnce_AllAnswer()
    {
        string socket = world.Alice.Folder.File("mux");
        string[] options = ["-o", $"ControlPath={socket}", $"{World.Login}@web1@bastion"];
        await using PtyProcess master = world.Alice.StartOnTerminal(["-o", "ControlMaster=yes", .. options]);
        await AnswerAsync(master, 0);
        var others = new List<PtyProcess>();
        try
        {
            for (int i = 1; i < Sessions; i++)
            {
                others.Add(world.Alice.StartOnTerminal(options));
            }
            await Task.WhenAll(others.Select((terminal, i) => AnswerAsync(terminal, i + 1)));

            // the eleventh is one too many: ssh says so, goes on with a connection of its own, and the ten are not disturbed
            ProcessResult refused = await world.Alice.SshAsync([.. options, "true"]);

            Assert.Contains("refused by peer", refused.Error, StringComparison.Ordinal);
            await Task.WhenAll(others.Select((terminal, i) => AnswerAsync(terminal, i + 1)));
        }
        finally
        {
            // the master holds the terminals of all
            await master.DisposeAsync();
            foreach (PtyProcess terminal in others)
            {
                await terminal.DisposeAsync();
            }
        }
    }

    private static async Task AnswerAsync(PtyProcess terminal, int number)
    {
        terminal.Type($"echo answer-$(({number}+100))\r");
        await terminal.ExpectAsync($"answer-{number + 100}\r\n");
    }
}
