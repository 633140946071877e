using Bastion.Server.Certificates;
using Bastion.Server.Identity;
using Bastion.Server.Storage;
using Bastion.Ssh;
using Xunit;

namespace Bastion.Server.Tests.Storage;

// Keys, certificates, sessions and the host keys of targets: what goes in comes out.
public sealed class RecordStoresTests : IDisposable
{
    private readonly StorageFixture _storage = new();
    private readonly UserRecord _alice;

    public RecordStoresTests() => _alice = _storage.Users.Add("alice", [], new Dictionary<string, string>())!;

    private DateTimeOffset Now => _storage.Time.GetUtcNow();

    public void Dispose() => _storage.Dispose();

    [Fact]
    public void Key_Added_IsFoundListedAndRemoved()
    {
        EnrolledKey key = Key(_alice);

        Assert.True(_storage.Keys.Add(key));

        Assert.Equal(key, _storage.Keys.Find(key.Key.Fingerprint));
        Assert.Equal([key], _storage.Keys.List("alice"));
        Assert.Empty(_storage.Keys.List("bob"));
        Assert.True(_storage.Keys.Remove(key.Key.Fingerprint));
        Assert.False(_storage.Keys.Remove(key.Key.Fingerprint));
        Assert.Null(_storage.Keys.Find(key.Key.Fingerprint));
    }

    [Fact]
    public void Key_OfAnotherUser_IsRefused()
    {
        UserRecord bob = _storage.Users.Add("bob", [], new Dictionary<string, string>())!;
        EnrolledKey key = Key(_alice);
        _storage.Keys.Add(key);

        Assert.False(_storage.Keys.Add(key with { UserId = bob.Id, UserName = "bob" }));
        Assert.Equal("alice", _storage.Keys.Find(key.Key.Fingerprint)!.UserName);
    }

    [Fact]
    public void Key_OfTheSameUserAgain_IsRenewed()
    {
        EnrolledKey key = Key(_alice);
        _storage.Keys.Add(key);

        Assert.True(_storage.Keys.Add(key with { Expires = Now.AddDays(9), Epoch = 5 }));
        Assert.Equal((Now.AddDays(9), 5L), (_storage.Keys.Find(key.Key.Fingerprint)!.Expires, _storage.Keys.Find(key.Key.Fingerprint)!.Epoch));
    }

    [Fact]
    public void Certificate_Added_IsListedNewestFirst()
    {
        IssuedCertificate first = Certificate("a", ulong.MaxValue, Now);
        IssuedCertificate second = Certificate("b", 1, Now.AddSeconds(1)) with { SourceAddress = "192.0.2.0/24", ForceCommand = "uptime" };
        _storage.Certificates.Add(first);
        _storage.Certificates.Add(second);

        Assert.Equal([second, first], _storage.Certificates.List(null));
        Assert.Equal([second, first], _storage.Certificates.List("alice"));
        Assert.Empty(_storage.Certificates.List("bob"));
    }

    [Fact]
    public void Session_FromStartToEnd_IsKept()
    {
        SessionRecord session = Session("s1");
        _storage.Sessions.Start(session);
        Assert.Equal(session, _storage.Sessions.Find("s1"));

        _storage.Sessions.End("s1", Now.AddSeconds(5), "Completed", uint.MaxValue, 1, long.MaxValue);
        _storage.Sessions.End("s1", Now.AddSeconds(9), "Killed", null, 0, 0);

        SessionRecord ended = session with
        {
            Ended = Now.AddSeconds(5),
            EndReason = "Completed",
            ExitStatus = uint.MaxValue,
            BytesIn = 1,
            BytesOut = long.MaxValue,
        };
        Assert.Equal(ended, _storage.Sessions.Find("s1"));
        Assert.Equal([ended], _storage.Sessions.List("alice", "web1", 10));
        Assert.Empty(_storage.Sessions.List("alice", "web2", 10));
        Assert.Null(_storage.Sessions.Find("s2"));
    }

    [Fact]
    public void EndLost_OnlySessionsOfThisNode_AreEnded()
    {
        _storage.Sessions.Start(Session("mine"));
        _storage.Sessions.Start(Session("other") with { Node = "edge-2" });
        _storage.Sessions.Start(Session("done"));
        _storage.Sessions.End("done", Now, "Completed", 0, 0, 0);

        Assert.Equal(1, _storage.Sessions.EndLost("edge-1"));

        Assert.Equal(SessionStore.NodeLost, _storage.Sessions.Find("mine")!.EndReason);
        Assert.Null(_storage.Sessions.Find("other")!.Ended);
        Assert.Equal("Completed", _storage.Sessions.Find("done")!.EndReason);
    }

    [Fact]
    public void TargetKey_Learned_StaysUntilForgotten()
    {
        using PrivateKey first = PrivateKey.Generate(SshKeyKind.Ed25519);
        using PrivateKey second = PrivateKey.Generate(SshKeyKind.EcdsaP256);

        Assert.Null(_storage.TargetKeys.Find("web1"));
        Assert.Equal(first.PublicKey, _storage.TargetKeys.Learn("web1", "a:22", first.PublicKey));
        Assert.Equal(first.PublicKey, _storage.TargetKeys.Learn("web1", "a:22", second.PublicKey));
        Assert.Equal(first.PublicKey, _storage.TargetKeys.Find("web1"));
        Assert.True(_storage.TargetKeys.Forget("web1"));
        Assert.False(_storage.TargetKeys.Forget("web1"));
        Assert.Null(_storage.TargetKeys.Find("web1"));
    }

    private EnrolledKey Key(UserRecord user)
    {
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        return new EnrolledKey
        {
            Key = key.PublicKey,
            UserId = user.Id,
            UserName = user.Name,
            Epoch = user.Epoch,
            Comment = "laptop",
            Added = Now,
            AddedBy = "uid=0",
            Expires = Now.AddDays(1),
        };
    }

    private IssuedCertificate Certificate(string keyId, ulong serial, DateTimeOffset issued) => new()
    {
        Serial = serial,
        KeyId = keyId,
        UserId = _alice.Id,
        UserName = "alice",
        Fingerprint = "SHA256:x",
        Issued = issued,
        IssuedBy = "uid=0",
        ValidAfter = issued,
        ValidBefore = issued.AddHours(1),
    };

    private SessionRecord Session(string id) => new()
    {
        Id = id,
        ConnectionId = "c1",
        UserId = _alice.Id,
        UserName = "alice",
        Target = "web1",
        Login = "deploy",
        Kind = "shell",
        ClientAddress = "192.0.2.1",
        Fingerprint = "SHA256:x",
        Serial = ulong.MaxValue,
        AccessRule = "devs",
        Revision = "abc",
        Node = "edge-1",
        Started = Now,
    };
}
