using System.Net;
using Bastion.Server.Configuration;
using Bastion.Server.Listener;
using Bastion.Server.Tests.Configuration;
using Xunit;

namespace Bastion.Server.Tests.Listener;

public sealed class ConnectionGateTests : IDisposable
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Two = IPAddress.Parse("192.0.2.2");

    private readonly ConfigFiles _files = new();
    private readonly ConnectionGate _gate;

    public ConnectionGateTests() => _gate = new ConnectionGate(new ConfigStore(_files.Load("""
        host_names: [bastion]
        limits: { max_connections: 5, max_unauthenticated: 3, max_unauthenticated_per_address: 2 }
        """)));

    [Fact]
    public void OneAddress_HasItsShareOnly()
    {
        Assert.NotNull(_gate.TryEnter(One));
        Assert.NotNull(_gate.TryEnter(One));
        Assert.Null(_gate.TryEnter(One));
        Assert.NotNull(_gate.TryEnter(Two));
    }

    [Fact]
    public void AllAddressesTogether_HaveABound()
    {
        Assert.NotNull(_gate.TryEnter(One));
        Assert.NotNull(_gate.TryEnter(One));
        Assert.NotNull(_gate.TryEnter(Two));
        Assert.Null(_gate.TryEnter(IPAddress.Parse("192.0.2.3")));
    }

    [Fact]
    public void SigningIn_MakesRoom_UpToAllConnections()
    {
        List<ConnectionGate.Lease> leases = [];
        for (int i = 0; i < 5; i++)
        {
            leases.Add(Assert.IsType<ConnectionGate.Lease>(_gate.TryEnter(One)));
            leases[^1].SignedIn();
        }

        Assert.Null(_gate.TryEnter(Two));
        leases[0].Dispose();
        Assert.NotNull(_gate.TryEnter(Two));
    }

    [Fact]
    public void Ending_GivesEachPlaceBackOnce()
    {
        ConnectionGate.Lease lease = _gate.TryEnter(One)!;
        Assert.NotNull(_gate.TryEnter(One));
        lease.SignedIn();
        lease.SignedIn();
        lease.Dispose();
        lease.Dispose();

        Assert.NotNull(_gate.TryEnter(One));
        Assert.Null(_gate.TryEnter(One));
    }

    [Theory]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")] // a customer's whole /64
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    public void SourceOf_AnAddress_IsWhatOneClientCanHave(string address, string source) =>
        Assert.Equal(IPAddress.Parse(source), ConnectionGate.SourceOf(IPAddress.Parse(address)));

    public void Dispose() => _files.Dispose();
}
