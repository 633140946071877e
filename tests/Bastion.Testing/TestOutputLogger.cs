using Microsoft.Extensions.Logging;
using Xunit;

namespace Bastion.Testing;

/// <summary>Shows what is logged beside the test that is running.</summary>
public sealed class TestOutputLogger(string category = "") : ILogger, ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new TestOutputLogger(categoryName);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        // a background task may outlive its test, and then nobody listens any more
        try
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{logLevel} {category} {eventId.Id}: {formatter(state, exception)} {exception}");
        }
        catch (InvalidOperationException)
        {
        }
    }

    public void Dispose()
    {
    }
}
