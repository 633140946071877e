using System.Text.Json;
using System.Text.RegularExpressions;
using Bastion.Cli.Output;
using Xunit;

namespace Bastion.Cli.Tests.Output;

public sealed class ViewTests
{
    private const string Items = """
        [
          {"id":"1","user":"alice","groups":["dev","ops"],"labels":{"env":"prod","zone":"a"},"created":"2026-11-22T22:06:35.857+00:00","note":null},
          {"id":"22","user":"bob\u001b[31m","groups":[],"labels":{},"created":"2026-11-22","note":"ends\nhere"}
        ]
        """;

    private static readonly Column[] Columns =
        [new("ID", "id"), new("USER", "user"), new("GROUPS", "groups"), new("LABELS", "labels"), new("CREATED", "created"), new("NOTE", "note"), new("NEW", "new")];

    private readonly Cli _cli = new("/");

    [Fact]
    public void Table_InAPipe_HasOnePlainLinePerItem()
    {
        using JsonDocument items = JsonDocument.Parse(Items);

        TableView.Write(_cli.Environment, items.RootElement, Columns);

        Assert.Equal(
            """
            ID  USER           GROUPS   LABELS           CREATED              NOTE            NEW
            1   alice          dev,ops  env=prod zone=a  2026-11-22 22:06:35
            22  bob\u001b[31m                            2026-11-22           ends\u000ahere

            """,
            _cli.Output);
    }

    // Markup of the table library in a name must stay text.
    [Fact]
    public void Table_TextThatLooksLikeMarkup_StaysText()
    {
        using JsonDocument items = JsonDocument.Parse("""[{"id":"[red]x[/] [["}]""");

        TableView.Write(_cli.Environment, items.RootElement, new Column("[b]", "id"));

        Assert.Equal("[b]\n[red]x[/] [[\n", _cli.Output);
    }

    [Fact]
    public void Table_InAPipe_IsNeverWrapped()
    {
        string name = new('x', 5000);
        using JsonDocument items = JsonDocument.Parse($$"""[{"id":"{{name}}"}]""");

        TableView.Write(_cli.Environment, items.RootElement, new Column("ID", "id"));

        Assert.Equal($"ID\n{name}\n", _cli.Output);
    }

    [Fact]
    public void Table_OnATerminal_FitsItsWidth()
    {
        Cli cli = new("/", width: 60);
        using JsonDocument items = JsonDocument.Parse(Items);

        TableView.Write(cli.Environment, items.RootElement, Columns);

        string shown = Regex.Replace(cli.Output, "\u001b\\[[0-9;]*m", "");
        Assert.Contains("alice", shown, StringComparison.Ordinal);
        Assert.All(shown.Split('\n'), line => Assert.True(line.Length <= 60, line));
    }

    [Fact]
    public void Detail_LeavesOutWhatIsEmpty()
    {
        using JsonDocument items = JsonDocument.Parse(Items);

        DetailView.Write(_cli.Environment, items.RootElement[0], new("name", "user"), new("groups", "groups"), new("note", "note"), new("missing", "nothing"));

        Assert.Equal("name     alice\ngroups   dev,ops\n", _cli.Output);
    }
}
