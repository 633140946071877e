using Bastion.Server.Access;
using Bastion.Server.Configuration;
using Bastion.Server.Identity;
using Bastion.Server.Tests.Configuration;
using Xunit;

namespace Bastion.Server.Tests.Access;

public sealed class AccessModelTests : IDisposable
{
    private const string Yaml = """
        targets:
          web1: { address: a, host_key: { trust_on_first_use: true }, labels: { env: prod } }
          web2: { address: b, host_key: { trust_on_first_use: true }, labels: { env: test } }
          db1: { address: c, host_key: { trust_on_first_use: true } }
        access:
          - { name: developers, groups: [dev], targets: ["web*"], labels: { env: test }, logins: [deploy, "app-?"], allow: [shell, exec] }
          - { name: alice-db, users: [alice], targets: [db1], logins: ["*"], allow: [sftp] }
          - { name: by-label, groups: [ops], labels: { env: "pro*" }, logins: [root], allow: [subsystem] }
        """;

    private readonly ConfigFiles _files = new();
    private readonly ConfigModel _model;

    public AccessModelTests() => _model = _files.Load(Yaml);

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("bob", "dev", "web2", "deploy", nameof(ChannelKind.Shell), "developers")]
    [InlineData("bob", "dev", "web2", "app-1", nameof(ChannelKind.Exec), "developers")]
    [InlineData("bob", "dev", "web2", "app-12", nameof(ChannelKind.Exec), null)]
    [InlineData("bob", "dev", "web2", "DEPLOY", nameof(ChannelKind.Exec), null)]
    [InlineData("bob", "dev", "web1", "deploy", nameof(ChannelKind.Shell), null)] // the label says prod
    [InlineData("bob", "dev", "db1", "deploy", nameof(ChannelKind.Shell), null)]
    [InlineData("bob", "dev", "web2", "deploy", nameof(ChannelKind.Sftp), null)]
    [InlineData("bob", "", "web2", "deploy", nameof(ChannelKind.Shell), null)]
    [InlineData("dev", "", "web2", "deploy", nameof(ChannelKind.Shell), null)] // a user called as a group
    [InlineData("alice", "", "db1", "anybody", nameof(ChannelKind.Sftp), "alice-db")]
    [InlineData("alice", "", "db1", "anybody", nameof(ChannelKind.Shell), null)]
    [InlineData("bob", "alice", "db1", "anybody", nameof(ChannelKind.Sftp), null)] // a group called as a user
    [InlineData("carol", "ops", "web1", "root", nameof(ChannelKind.Subsystem), "by-label")]
    [InlineData("carol", "ops", "web2", "root", nameof(ChannelKind.Subsystem), null)]
    [InlineData("carol", "ops", "db1", "root", nameof(ChannelKind.Subsystem), null)] // no label at all
    public void Check_Combination_AllowsOnlyWhatARuleSays(string user, string group, string target, string login, string kind, string? rule)
    {
        AccessDecision decision = _model.Access.Check(User(user, group), _model.Targets[target], login, Enum.Parse<ChannelKind>(kind));

        Assert.Equal(rule is not null, decision.Allowed);
        Assert.Equal(rule, decision.Rule);
        Assert.Equal(rule is null, decision.Reason is not null);
    }

    [Fact]
    public void Check_DisabledUser_IsDenied()
    {
        UserRecord alice = User("alice", "") with { Status = UserStatus.Disabled };

        Assert.False(_model.Access.Check(alice, _model.Targets["db1"], "x", ChannelKind.Sftp).Allowed);
        Assert.False(_model.Access.CheckReach(alice, _model.Targets["db1"]).Allowed);
    }

    [Fact]
    public void Check_NoRules_DeniesEverything()
    {
        AccessModel empty = new([]);

        Assert.False(empty.Check(User("alice", "dev"), _model.Targets["web1"], "deploy", ChannelKind.Shell).Allowed);
        Assert.False(empty.CheckReach(User("alice", "dev"), _model.Targets["web1"]).Allowed);
    }

    [Fact]
    public void Default_AccessDecision_IsADenial() => Assert.False(default(AccessDecision).Allowed);

    [Theory]
    [InlineData("bob", "dev", "web2", true)]
    [InlineData("bob", "dev", "web1", false)]
    [InlineData("alice", "", "db1", true)]
    [InlineData("alice", "", "web2", false)]
    public void CheckReach_AnyRuleForTheTarget_IsEnough(string user, string group, string target, bool allowed) =>
        Assert.Equal(allowed, _model.Access.CheckReach(User(user, group), _model.Targets[target]).Allowed);

    private static UserRecord User(string name, string group) => new()
    {
        Id = 1,
        Name = name,
        Epoch = 1,
        Status = UserStatus.Active,
        Created = DateTimeOffset.UnixEpoch,
        Groups = group.Length == 0 ? [] : [group],
    };
}
