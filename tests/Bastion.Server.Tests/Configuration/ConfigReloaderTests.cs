using Bastion.Server.Audit;
using Bastion.Server.Configuration;
using Bastion.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bastion.Server.Tests.Configuration;

public sealed class ConfigReloaderTests : IAsyncLifetime, IDisposable
{
    private readonly ConfigFiles _files = new();
    private readonly TempFolder _folder = new();
    private readonly ConfigStore _store;
    private readonly AuditLog _audit;
    private readonly ConfigReloader _reloader;

    public ConfigReloaderTests()
    {
        _store = new ConfigStore(_files.Load("drain: 1s"));
        _audit = new AuditLog(new AuditFile(_folder.File("audit/audit.jsonl")), "n", TimeProvider.System, NullLogger<AuditLog>.Instance);
        _reloader = new ConfigReloader(_store, _audit, TimeProvider.System, NullLogger<ConfigReloader>.Instance);
    }

    public async ValueTask InitializeAsync() => await _audit.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose()
    {
        _reloader.Dispose();
        _audit.Dispose();
        _folder.Dispose();
        _files.Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task FileChange_IsTakenByItself()
    {
        TaskCompletionSource<ConfigModel> replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Replaced += replaced.SetResult;
        await _reloader.StartAsync(TestContext.Current.CancellationToken);

        _files.Write("drain: 2s");

        Assert.Equal(TimeSpan.FromSeconds(2), (await replaced.Task).Drain);
        await _reloader.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 30_000)]
    public async Task FileReplacedByRename_IsTakenByItself()
    {
        TaskCompletionSource<ConfigModel> replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Replaced += replaced.SetResult;
        await _reloader.StartAsync(TestContext.Current.CancellationToken);

        File.WriteAllText(_files.File + ".new", "drain: 3s");
        File.Move(_files.File + ".new", _files.File, overwrite: true);

        Assert.Equal(TimeSpan.FromSeconds(3), (await replaced.Task).Drain);
        await _reloader.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 30_000)]
    public async Task Reload_BadFile_IsAuditedWithEveryProblem()
    {
        ConfigModel before = _store.Current;
        _files.Write("drain: soon\nnope: 1");

        _reloader.Reload();
        await _audit.StopAsync(TestContext.Current.CancellationToken);

        string line = Assert.Single(File.ReadAllLines(_folder.File("audit/audit.jsonl")));
        Assert.Contains("\"config.rejected\"", line);
        Assert.Contains("drain: 'soon' is not a duration", line);
        Assert.Contains("nope: this key is not known", line);
        Assert.Same(before, _store.Current);
    }

    [Fact(Timeout = 30_000)]
    public async Task Reload_GoodFile_IsAuditedWithBothRevisions()
    {
        string before = _store.Current.Revision;
        _files.Write("drain: 2s");

        _reloader.Reload();
        await _audit.StopAsync(TestContext.Current.CancellationToken);

        string line = Assert.Single(File.ReadAllLines(_folder.File("audit/audit.jsonl")));
        Assert.Contains($"\"revision\":\"{_store.Current.Revision}\",\"previous\":\"{before}\"", line);
    }
}
