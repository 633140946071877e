using System.Net;
using Bastion.Server.Listener;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Bastion.Server.Tests.Listener;

public sealed class RefusalLogTests
{
    [Fact]
    public void Flood_IsOneLineAnInterval_WithTheirNumber()
    {
        FakeTimeProvider time = new();
        ListLogger logger = new();
        RefusalLog log = new(time, logger);

        for (int i = 0; i < 1000; i++)
        {
            log.Add(IPAddress.Loopback);
        }

        time.Advance(TimeSpan.FromSeconds(10));
        log.Add(IPAddress.Loopback);

        Assert.Equal(["1 connection(s)", "1000 connection(s)"], logger.Lines.Select(line => line[..line.IndexOf(" refused", StringComparison.Ordinal)]));
    }

    private sealed class ListLogger : ILogger<RefusalLog>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
