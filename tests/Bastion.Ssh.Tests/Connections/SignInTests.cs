using System.Text;
using Bastion.Ssh.Transport;
using Bastion.Ssh.Wire;
using Xunit;

namespace Bastion.Ssh.Tests.Connections;

// RFC 4252, and what went wrong elsewhere: offered is not proven (CVE-2024-45337), names that change, attempts without end.
public sealed class SignInTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task Query_ForTheRightKey_NeverSignsIn()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Auth, strict: true, Cancel);
        await rig.Peer.SendAsync(Query(ConnectionPair.UserKey));
        byte[] ok = await rig.Peer.ExpectAsync(MessageNumber.UserAuthMethod60, Cancel);
        SshReader reader = new(ok.AsSpan(1));
        Assert.Equal("ssh-ed25519", reader.ReadName());
        Assert.True(reader.ReadString().SequenceEqual(ConnectionPair.UserKey.PublicKey.Blob.Span));
        Assert.Equal(0, rig.Handler.SignIns);

        await rig.Peer.SendAsync(RawPeer.Message(MessageNumber.ChannelOpen, m => m.String("session"u8).UInt32(0).UInt32(1).UInt32(1)));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task KeyOffered_ThenAnotherSigns_IdentityIsTheSigner()
    {
        using PrivateKey own = PrivateKey.Generate(SshKeyKind.Ed25519);
        List<string> signedIn = [];
        DuplexPipePair pipes = new();
        TestServerHandler handler = new()
        {
            Accepts = credential =>
            {
                signedIn.Add(credential.Key.Fingerprint);
                return true;
            },
        };
        SshServerConnection server = new(pipes.Server, new SshServerOptions { HostKeys = [new HostKey(ConnectionPair.ServerKey)] }, handler);
        Task<SshConnectionEnd> run = server.RunAsync();
        using RawPeer peer = new(pipes.Client, SshRole.Client);
        await peer.HandshakeAsync(Cancel);
        await peer.EnterAuthAsync(Cancel);
        await peer.SendAsync(Query(ConnectionPair.UserKey), peer.CreateSignIn(own));
        await peer.ExpectAsync(MessageNumber.UserAuthSuccess, Cancel);
        Assert.Equal(own.PublicKey, server.Credential!.Key);
        Assert.Equal(1, handler.SignIns);
        await peer.CloseAsync();
        await run.WaitAsync(Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Signature_OfAnotherSession_Fails()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Auth, strict: true, Cancel);
        await rig.Peer.SendAsync(rig.Peer.CreateSignIn(ConnectionPair.UserKey, sessionId: new byte[32]));
        await rig.Peer.ExpectAsync(MessageNumber.UserAuthFailure, Cancel);
        Assert.Equal(0, rig.Handler.SignIns);
    }

    [Fact(Timeout = 20_000)]
    public async Task Signature_ForAnotherUserName_Fails()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Auth, strict: true, Cancel);
        byte[] request = rig.Peer.CreateSignIn(ConnectionPair.UserKey, user: "alice");
        int name = request.AsSpan().IndexOf("alice"u8);
        "admin"u8.CopyTo(request.AsSpan(name));
        await rig.Peer.SendAsync(request);
        await rig.Peer.ExpectAsync(MessageNumber.UserAuthFailure, Cancel);
        Assert.Equal(0, rig.Handler.SignIns);
    }

    [Fact(Timeout = 20_000)]
    public async Task UserName_ChangesBetweenRequests_Disconnects()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Auth, strict: true, Cancel);
        await rig.Peer.SendAsync(None("alice"), rig.Peer.CreateSignIn(ConnectionPair.UserKey, user: "root"));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
        Assert.Equal(0, rig.Handler.SignIns);
    }

    [Fact(Timeout = 20_000)]
    public async Task FailedAttempts_AtTheLimit_Disconnect()
    {
        using PrivateKey wrong = PrivateKey.Generate(SshKeyKind.Ed25519);
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Auth, strict: true, Cancel);
        for (int i = 0; i < 5; i++)
        {
            await rig.Peer.SendAsync(rig.Peer.CreateSignIn(wrong));
            await rig.Peer.ExpectAsync(MessageNumber.UserAuthFailure, Cancel);
        }

        await rig.Peer.SendAsync(rig.Peer.CreateSignIn(wrong));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.NoMoreAuthMethodsAvailable, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task Queries_BeyondTheAbsoluteCap_Disconnect()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Auth, strict: true, Cancel);
        for (int i = 0; i < 128; i++)
        {
            await rig.Peer.SendAsync(Query(ConnectionPair.UserKey));
            await rig.Peer.ExpectAsync(MessageNumber.UserAuthMethod60, Cancel);
        }

        await rig.Peer.SendAsync(Query(ConnectionPair.UserKey));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.NoMoreAuthMethodsAvailable, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task KeyBlob_ThatCannotBeRead_FailsTheAttemptOnly()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Auth, strict: true, Cancel);
        await rig.Peer.SendAsync(PublicKeyRequest("ssh-ed25519", "not a key"u8.ToArray()));
        await rig.Peer.ExpectAsync(MessageNumber.UserAuthFailure, Cancel);
        await rig.Peer.SendAsync(rig.Peer.CreateSignIn(ConnectionPair.UserKey));
        await rig.Peer.ExpectAsync(MessageNumber.UserAuthSuccess, Cancel);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("ssh-rsa")]
    [InlineData("ssh-dss")]
    [InlineData("ecdsa-sha2-nistp256")]
    [InlineData("ssh-ed25519-cert-v01@openssh.com")]
    public async Task Algorithm_ThatIsNotTheKeys_Fails(string algorithm)
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Auth, strict: true, Cancel);
        await rig.Peer.SendAsync(PublicKeyRequest(algorithm, ConnectionPair.UserKey.PublicKey.Blob.ToArray()));
        await rig.Peer.ExpectAsync(MessageNumber.UserAuthFailure, Cancel);
        Assert.Equal(0, rig.Handler.Queries);
    }

    [Fact(Timeout = 20_000)]
    public async Task HostBound_NamingAnotherHostKey_Disconnects()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Auth, strict: true, Cancel);
        await rig.Peer.SendAsync(RawPeer.Message(
            MessageNumber.UserAuthRequest,
            m => m.String("alice"u8).String("ssh-connection"u8).String("publickey-hostbound-v00@openssh.com"u8).Byte(0)
                .String("ssh-ed25519"u8).String(ConnectionPair.UserKey.PublicKey.Blob.Span).String(ConnectionPair.UserKey.PublicKey.Blob.Span)));
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.ProtocolError, Cancel);
    }

    [Fact(Timeout = 20_000)]
    public async Task None_TellsTheMethods()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Server, MessagePhase.Auth, strict: true, Cancel);
        await rig.Peer.SendAsync(None("alice"));
        byte[] failure = await rig.Peer.ExpectAsync(MessageNumber.UserAuthFailure, Cancel);
        Assert.Contains("publickey", Encoding.ASCII.GetString(failure), StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task Client_WrongHostKey_EndsBeforeAnythingIsSigned()
    {
        await using ConnectionPair pair = ConnectionPair.Start(expectedHostKey: ConnectionPair.UserKey);
        SshConnectException e = await Assert.ThrowsAsync<SshConnectException>(() => pair.Client.SignedIn);
        Assert.Equal(ConnectionEndReason.HostKeyRefused, e.End.Reason);
        Assert.Equal(0, pair.Handler.SignIns + pair.Handler.Queries);
    }

    [Fact(Timeout = 20_000)]
    public async Task Client_AllKeysRefused_SaysWhatTheServerWouldAccept()
    {
        using PrivateKey wrong = PrivateKey.Generate(SshKeyKind.EcdsaP256);
        await using ConnectionPair pair = ConnectionPair.Start(userKey: wrong);
        SshConnectException e = await Assert.ThrowsAsync<SshConnectException>(() => pair.Client.SignedIn);
        Assert.Equal(ConnectionEndReason.SignInFailed, e.End.Reason);
        Assert.Contains("publickey", e.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task Client_SuccessBeforeItsRequest_Disconnects()
    {
        await using PhaseRig rig = await PhaseRig.ReachAsync(SshRole.Client, MessagePhase.Auth, strict: true, Cancel);
        byte[] success = RawPeer.Message(MessageNumber.UserAuthSuccess);
        await rig.Peer.SendAsync(RawPeer.Message(MessageNumber.UserAuthFailure, m => m.String("publickey"u8).Byte(0)), success);
        await rig.Peer.ExpectDisconnectAsync(DisconnectReason.NoMoreAuthMethodsAvailable, Cancel);
    }

    private static byte[] None(string user) =>
        RawPeer.Message(
            MessageNumber.UserAuthRequest, m => m.String(Encoding.UTF8.GetBytes(user)).String("ssh-connection"u8).String("none"u8));

    private static byte[] Query(PrivateKey key) => PublicKeyRequest("ssh-ed25519", key.PublicKey.Blob.ToArray());

    private static byte[] PublicKeyRequest(string algorithm, byte[] blob) =>
        RawPeer.Message(
            MessageNumber.UserAuthRequest,
            m => m.String("alice"u8).String("ssh-connection"u8).String("publickey"u8).Byte(0)
                .String(Encoding.ASCII.GetBytes(algorithm)).String(blob));
}
