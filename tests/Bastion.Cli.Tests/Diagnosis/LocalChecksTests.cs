using Bastion.Cli.Admin;
using Bastion.Cli.Diagnosis;
using Bastion.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Bastion.Cli.Tests.Diagnosis;

public sealed class LocalChecksTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folder_ClosedToOthers_IsOk() => Assert.Equal(Finding.Ok("data folder", _folder.Root), LocalChecks.Folder(new DataFolder(_folder.Root)));

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void Folder_OpenToOthers_FailsAndNamesTheCommand(UnixFileMode extra)
    {
        File.SetUnixFileMode(_folder.Root, File.GetUnixFileMode(_folder.Root) | extra);

        Finding finding = LocalChecks.Folder(new DataFolder(_folder.Root));

        Assert.True(finding.Failed);
        Assert.EndsWith($"chmod 700 {_folder.Root}", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_NotThere_Fails() => Assert.True(LocalChecks.Folder(new DataFolder(_folder.File("none"))).Failed);

    [Theory]
    [InlineData(3, false)]
    [InlineData(-3, false)]
    [InlineData(4, true)]
    [InlineData(-3600, true)]
    public void Clock_ApartFromTheBastions_Fails(int seconds, bool failed)
    {
        FakeTimeProvider clock = new();

        Assert.Equal(failed, LocalChecks.Clock(clock.GetUtcNow().AddSeconds(seconds), clock).Failed);
    }

    [Fact]
    public void Versions_OfTwoBuilds_AreAWarning()
    {
        Assert.Equal("ok", LocalChecks.Versions(LocalChecks.Version).Status);
        Assert.Equal("warning", LocalChecks.Versions("0.0.9").Status);
    }
}
