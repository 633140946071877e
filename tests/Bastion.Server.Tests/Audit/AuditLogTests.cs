using System.Text;
using System.Text.Json;
using Bastion.Server.Audit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Bastion.Server.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bastion-audit-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private string Path => System.IO.Path.Combine(_folder, "audit", "audit.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 30_000)]
    public async Task WriteAsync_Event_IsOneLineOnDisk()
    {
        using AuditLog log = CreateSut(new AuditFile(Path));
        await log.StartAsync(TestContext.Current.CancellationToken);

        Assert.True(await log.WriteAsync(new AuditGap(3)));

        Assert.Equal("""{"kind":"audit.gap","time":"2026-01-02T03:04:05+00:00","node":"edge-1","lost":3}""", Assert.Single(Lines()));
        await log.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 30_000)]
    public async Task Write_HostileText_IsEscaped()
    {
        using AuditLog log = CreateSut(new AuditFile(Path));
        await log.StartAsync(TestContext.Current.CancellationToken);
        const string Hostile = "a\nb\u001b]0;x\u0007\u009b2J\u202e\0\"}";

        log.Write(new SignInFailed("c1", "192.0.2.1", Hostile, null, "unknown key"));
        await log.StopAsync(TestContext.Current.CancellationToken);

        string line = Assert.Single(Lines());
        Assert.All(line, letter => Assert.InRange(letter, ' ', '~'));
        Assert.Equal(Hostile, JsonDocument.Parse(line).RootElement.GetProperty("user_name").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task StopAsync_WritesEverythingAccepted_InOrder()
    {
        using AuditLog log = CreateSut(new AuditFile(Path));
        for (int i = 0; i < 2000; i++)
        {
            log.Write(new AuditGap(i));
        }

        await log.StartAsync(TestContext.Current.CancellationToken);
        await log.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 2000), Lines().Select(line => JsonDocument.Parse(line).RootElement.GetProperty("lost").GetInt32()));
    }

    [Fact(Timeout = 30_000)]
    public async Task FullDisk_BreaksAndMends_WithoutLosingWhatWasAccepted()
    {
        using FailingFile file = new(Path) { Fails = true };
        using AuditLog log = CreateSut(file);
        await log.StartAsync(TestContext.Current.CancellationToken);
        CancellationToken broken = log.Broken;

        Assert.False(await log.WriteAsync(new AuditGap(1)));
        Assert.False(log.Healthy);
        Assert.True(broken.IsCancellationRequested);

        file.Fails = false;
        while (!log.Healthy)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(await log.WriteAsync(new AuditGap(2)));
        Assert.False(log.Broken.IsCancellationRequested);
        Assert.Equal(2, Lines().Length);
        await log.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 30_000)]
    public async Task FullQueue_FailsClosed_AndTheGapIsRecorded()
    {
        using AuditLog log = CreateSut(new AuditFile(Path));
        int accepted = 0;
        while (log.Healthy)
        {
            log.Write(new NodeStopped($"{accepted++}"));
        }

        Assert.False(await log.WriteAsync(new NodeStopped("one more")));
        await log.StartAsync(TestContext.Current.CancellationToken);
        await log.StopAsync(TestContext.Current.CancellationToken);

        string[] lines = Lines();
        Assert.Equal(accepted, lines.Length); // all but the one that broke it, plus the gap
        Assert.Contains(lines, line => line.Contains("\"audit.gap\"") && line.Contains("\"lost\":2"));
        Assert.True(log.Healthy);
    }

    [Fact]
    public void Open_TornLastLine_IsEndedAndKept()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, "{\"kind\":\"a\"}\n{\"ki");

        using (AuditFile file = new(Path))
        {
            file.Append(Encoding.UTF8.GetBytes("{\"kind\":\"b\"}\n"));
        }

        Assert.Equal(["{\"kind\":\"a\"}", "{\"ki", "{\"kind\":\"b\"}"], Lines());
    }

    [Fact]
    public void Open_NewFile_IsForTheOwnerOnly()
    {
        using AuditFile file = new(Path);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void EveryEvent_HasAKind()
    {
        Type[] events = [.. typeof(AuditEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(AuditEvent)))];
        Type[] known = [.. typeof(AuditEvent).GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), false)
            .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType)];

        Assert.Equal(events.Order(TypeNames), known.Order(TypeNames));
    }

    private static readonly Comparer<Type> TypeNames = Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name));

    private AuditLog CreateSut(AuditFile file) => new(file, "edge-1", _time, NullLogger<AuditLog>.Instance);

    private string[] Lines() => File.ReadAllText(Path).TrimEnd('\n').Split('\n');

    private sealed class FailingFile(string path) : AuditFile(path)
    {
        internal volatile bool Fails;

        internal override void Append(ReadOnlySpan<byte> lines)
        {
            if (Fails)
            {
                throw new IOException("No space left on device");
            }

            base.Append(lines);
        }
    }
}
