using Bastion.Server.Sessions;
using Xunit;

namespace Bastion.Server.Tests.Sessions;

public sealed class TargetListingTests
{
    [Fact]
    public void Table_AlignsAndShowsTheWayIn()
    {
        string table = TargetListing.Table(
            [new("db", "postgres", "exec"), new("webserver-1", "deploy, root", "shell, exec")], "alice", "alice");

        Assert.Equal(
            """

            Hello alice. These targets are open to you:

              TARGET       LOGIN         YOU MAY USE
              db           postgres      exec
              webserver-1  deploy, root  shell, exec

            Connect with  ssh postgres@db@<this bastion>  or  ssh -J <this bastion> postgres@db


            """,
            table);
    }

    [Fact]
    public void Table_OfNothing_SaysWhatToDo() =>
        Assert.Equal("\nHello alice. No target is open to you; ask an administrator for access.\n\n", TargetListing.Table([], "alice", "alice"));

    [Fact]
    public void Lines_AreForPrograms() => Assert.Equal("db\tpostgres\texec\n", TargetListing.Lines([new("db", "postgres", "exec")]));

    [Fact(Timeout = 30_000)]
    public async Task Rows_HoldOnlyWhatIsOpen_FromAllRules()
    {
        await using TestBastion bastion = await TestBastion.StartAsync(
            """
            a: { command: [/bin/sh], run_as: nobody }
            b: { command: [/bin/sh], run_as: nobody }
            c: { command: [/bin/sh], run_as: nobody }
            """,
            """
            { name: one, groups: [dev], targets: [a, b], logins: [deploy], allow: [exec] }
            { name: two, users: [alice], targets: [b], logins: [root], allow: [shell] }
            { name: other, groups: [ops], targets: [c], logins: ["*"], allow: [shell] }
            """);

        Assert.Equal(
            [new("a", "deploy", "exec"), new("b", "deploy, root", "shell, exec")], TargetListing.Rows(bastion.Config.Current, bastion.Alice));
    }
}
