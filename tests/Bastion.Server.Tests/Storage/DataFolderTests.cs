using Bastion.Server.Configuration;
using Bastion.Server.Storage;
using Bastion.Testing;
using Xunit;

namespace Bastion.Server.Tests.Storage;

public sealed class DataFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prepare_NewFolder_IsForTheOwnerOnly()
    {
        DataFolder folder = new(_folder.File("var"));

        using FileStream folderLock = folder.Prepare();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Root));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherExecute)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Prepare_FolderOpenToOthers_IsRefused(UnixFileMode mode)
    {
        DataFolder folder = new(_folder.File("var"));
        Directory.CreateDirectory(folder.Root);
        File.SetUnixFileMode(folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | mode);

        StartupException exception = Assert.Throws<StartupException>(() => folder.Prepare().Dispose());

        Assert.Contains($"chmod 700 {folder.Root}", exception.Message);
    }

    [Fact]
    public void Prepare_Twice_IsRefused()
    {
        DataFolder folder = new(_folder.File("var"));
        using FileStream first = folder.Prepare();

        StartupException exception = Assert.Throws<StartupException>(() => folder.Prepare().Dispose());

        Assert.Contains("another bastion", exception.Message);
    }

    [Fact]
    public void FileOwner_OfOwnFile_IsSelf()
    {
        Assert.Equal(FileOwner.Self, FileOwner.Of(_folder.Write("a", "")));
        Assert.Null(FileOwner.Of(_folder.File("missing")));
    }
}
