using Bastion.Cli.Admin;
using Bastion.Testing;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.Cli.Tests.Admin;

public sealed class DataFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_Option_GoesBeforeTheVariable() =>
        Assert.Equal(_folder.File("given"), DataFolder.Find("given", At(_folder.Root).With(DataFolder.Variable, "/variable").Environment).Root);

    [Fact]
    public void Find_Variable_GoesBeforeTheCheckout()
    {
        string inside = MakeCheckout();

        Assert.Equal("/variable", DataFolder.Find(null, At(inside).With(DataFolder.Variable, "/variable").Environment).Root);
    }

    [Theory]
    [InlineData("")]
    [InlineData("src/Bastion.Cli")]
    public void Find_InsideTheCheckout_IsItsVar(string below)
    {
        MakeCheckout();
        string current = Directory.CreateDirectory(_folder.File(below)).FullName;

        Assert.Equal(_folder.File("var"), DataFolder.Find(null, At(current.TrimEnd('/')).Environment).Root);
    }

    // The emptied variable of a shell script is none.
    [Fact]
    public void Find_NothingGiven_IsTheInstalledOne() =>
        Assert.Equal("/var/lib/bastion", DataFolder.Find(null, At(_folder.Root).With(DataFolder.Variable, "").Environment).Root);

    [Fact]
    public void Find_CheckoutWithoutVar_IsTheInstalledOne()
    {
        _folder.Write("Bastion.sln", "");

        Assert.Equal("/var/lib/bastion", DataFolder.Find(null, At(_folder.Root).Environment).Root);
    }

    [Fact(Timeout = 30_000)]
    public async Task Find_VarOfAnotherAccount_IsRefused()
    {
        _folder.Write("Bastion.sln", "");
        string var = _folder.File("var");
        if (FileOwner.Self == 0)
        {
            Directory.CreateDirectory(var);
            (await ProcessRunner.RunAsync("/bin/chown", "nobody", var)).ShouldExit();
        }
        else
        {
            Directory.CreateSymbolicLink(var, "/var"); // root's
        }

        CliException exception = Assert.Throws<CliException>(() => DataFolder.Find(null, At(_folder.Root).Environment));

        Assert.Equal($"{var} belongs to another account. If it is the bastion that you mean, say so: --data-dir {var}", exception.Message);
    }

    private static Cli At(string currentFolder) => new(currentFolder);

    private string MakeCheckout()
    {
        _folder.Write("Bastion.sln", "");
        Directory.CreateDirectory(_folder.File("var"));
        return Directory.CreateDirectory(_folder.File("src")).FullName;
    }
}
