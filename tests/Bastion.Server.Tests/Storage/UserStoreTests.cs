using Bastion.Server.Identity;
using Xunit;

namespace Bastion.Server.Tests.Storage;

public sealed class UserStoreTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    [Fact]
    public void Add_NewName_IsFoundByNameAndId()
    {
        UserRecord added = storage.Users.Add("add-new", ["ops", "dev", "dev"], new Dictionary<string, string> { ["email"] = "a@example.com" })!;

        UserRecord found = storage.Users.Find("add-new")!;
        Assert.Equal((added.Id, "add-new", 1L, UserStatus.Active, storage.Time.GetUtcNow()), (found.Id, found.Name, found.Epoch, found.Status, found.Created));
        Assert.Equal(["dev", "ops"], found.Groups);
        Assert.Equal("a@example.com", found.Attributes["email"]);
        Assert.Equal("add-new", storage.Users.Find(added.Id)!.Name);
    }

    [Fact]
    public void Add_NameOfAnybodyEver_IsRefused()
    {
        storage.Users.Add("add-taken", [], new Dictionary<string, string>());
        storage.Users.Disable("add-taken");

        Assert.Null(storage.Users.Add("add-taken", [], new Dictionary<string, string>()));
    }

    [Fact]
    public void Disable_RaisesTheEpoch_AndEnableDoesNotLowerIt()
    {
        storage.Users.Add("epoch", ["dev"], new Dictionary<string, string>());

        UserRecord disabled = storage.Users.Disable("epoch")!;
        UserRecord enabled = storage.Users.Enable("epoch")!;

        Assert.Equal((UserStatus.Disabled, 2L), (disabled.Status, disabled.Epoch));
        Assert.Equal((UserStatus.Active, 2L), (enabled.Status, enabled.Epoch));
        Assert.Equal(["dev"], enabled.Groups);
    }

    [Fact]
    public void Update_OneKind_LeavesTheOther()
    {
        storage.Users.Add("update", ["dev"], new Dictionary<string, string> { ["email"] = "a@example.com" });

        UserRecord groups = storage.Users.Update("update", ["ops"], null)!;
        UserRecord none = storage.Users.Update("update", null, new Dictionary<string, string>())!;

        Assert.Equal(["ops"], groups.Groups);
        Assert.Single(groups.Attributes);
        Assert.Equal(["ops"], none.Groups);
        Assert.Empty(none.Attributes);
    }

    [Fact]
    public void UnknownName_IsNull()
    {
        Assert.Null(storage.Users.Find("nobody"));
        Assert.Null(storage.Users.Find(long.MaxValue));
        Assert.Null(storage.Users.Disable("nobody"));
        Assert.Null(storage.Users.Update("nobody", ["dev"], null));
    }

    [Fact]
    public void List_SeveralUsers_KeepsTheirGroupsApart()
    {
        storage.Users.Add("list-b", ["b1", "b2"], new Dictionary<string, string>());
        storage.Users.Add("list-a", ["a1"], new Dictionary<string, string> { ["k"] = "v" });

        UserRecord[] users = [.. storage.Users.List().Where(user => user.Name.StartsWith("list-"))];

        Assert.Equal(["list-a", "list-b"], users.Select(user => user.Name));
        Assert.Equal(["a1"], users[0].Groups);
        Assert.Equal(["b1", "b2"], users[1].Groups);
        Assert.Empty(users[1].Attributes);
    }

    [Theory]
    [InlineData("alice", true)]
    [InlineData("a", true)]
    [InlineData("a.b_c-9", true)]
    [InlineData("a1234567890123456789012345678901", true)]
    [InlineData("a12345678901234567890123456789012", false)]
    [InlineData("", false)]
    [InlineData("Alice", false)]
    [InlineData("1a", false)]
    [InlineData("-a", false)]
    [InlineData("a b", false)]
    [InlineData("a,b", false)]
    [InlineData("a\n", false)]
    [InlineData("а", false)] // Cyrillic
    public void IsValidName_Table(string name, bool expected) => Assert.Equal(expected, UserRecord.IsValidName(name));
}
