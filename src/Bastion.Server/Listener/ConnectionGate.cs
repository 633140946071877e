using System.Net;
using System.Net.Sockets;
using Bastion.Server.Configuration;

namespace Bastion.Server.Listener;

// Bounds the connections: all of them, those that have not signed in yet, and those of one address among the latter (as sshd's MaxStartups
// and PerSourceMaxStartups). Whoever opens connections and says nothing must not keep others out. Thread-safe.
internal sealed class ConnectionGate(ConfigStore config)
{
    // An IPv6 customer has a whole /64 (RFC 6177), so that is one source.
    private const int IPv6PrefixBytes = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _startingPerSource = [];
    private int _starting;
    private int _connections;

    // Null: no room. The lease holds a place until the connection has ended, and a second one until it has signed in.
    internal Lease? TryEnter(IPAddress address)
    {
        LimitsConfig limits = config.Current.Limits;
        IPAddress source = SourceOf(address);
        lock (_lock)
        {
            int fromSource = _startingPerSource.GetValueOrDefault(source);
            if (_connections >= limits.MaxConnections
                || _starting >= limits.MaxUnauthenticated
                || fromSource >= limits.MaxUnauthenticatedPerAddress)
            {
                return null;
            }

            _connections++;
            _starting++;
            _startingPerSource[source] = fromSource + 1;
            return new Lease(this, source);
        }
    }

    internal static IPAddress SourceOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(IPv6PrefixBytes).Clear();
        return new IPAddress(bytes);
    }

    private void LeaveStarting(IPAddress source)
    {
        lock (_lock)
        {
            _starting--;
            int left = _startingPerSource[source] - 1;
            if (left == 0)
            {
                _startingPerSource.Remove(source);
                return;
            }

            _startingPerSource[source] = left;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _connections--;
        }
    }

    internal sealed class Lease(ConnectionGate gate, IPAddress source) : IDisposable
    {
        private int _signedIn;
        private int _disposed;

        // Call at the sign-in; later calls do nothing.
        internal void SignedIn()
        {
            if (Interlocked.Exchange(ref _signedIn, 1) == 0)
            {
                gate.LeaveStarting(source);
            }
        }

        public void Dispose()
        {
            SignedIn();
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                gate.Leave();
            }
        }
    }
}
