using System.Runtime.InteropServices;
using System.Threading.Channels;
using Bastion.Server.Audit;

namespace Bastion.Server.Configuration;

// Reloads the configuration when its file changes or on SIGHUP. A wrong file changes nothing: every problem is logged and audited, and
// what was in force stays in force.
internal sealed class ConfigReloader(ConfigStore store, AuditLog audit, TimeProvider time, ILogger<ConfigReloader> logger)
    : BackgroundService
{
    // Editors write in several steps; one reload after the last is enough.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(200);

    // One waiting request says all there is to say.
    private readonly Channel<bool> _requests =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private PosixSignalRegistration? _signal;
    private FileSystemWatcher? _watcher;

    // Reads the file once and says how it went.
    internal void Reload()
    {
        string previous = store.Current.Revision;
        try
        {
            if (store.Reload())
            {
                audit.Write(new ConfigReloaded(store.Current.Revision, previous));
                logger.ConfigReloaded(store.Current.Revision);
            }
            else
            {
                logger.ConfigUnchanged(previous);
            }
        }
        catch (ConfigException exception)
        {
            audit.Write(new ConfigRejected(previous, [.. exception.Problems.Select(problem => problem.ToString())]));
            foreach (ConfigProblem problem in exception.Problems)
            {
                logger.ConfigProblem(problem.ToString());
            }

            logger.ConfigRejected(previous, exception.Problems.Count);
        }
    }

    // The watch is on when this returns; the first look finds what was changed between reading the file and now.
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true; // the default would end the process
            logger.ReloadRequested();
            _requests.Writer.TryWrite(true);
        });
        _watcher = Watch(store.Current.File);
        _requests.Writer.TryWrite(true);
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _signal?.Dispose();
        _watcher?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _requests.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(Settle, time, stoppingToken);
                _requests.Reader.TryRead(out _);
                Reload();
            }
        }
        catch (OperationCanceledException)
        {
            // The bastion stops.
        }
    }

    private FileSystemWatcher Watch(string file)
    {
        string name = Path.GetFileName(file);
        FileSystemWatcher watcher = new(Path.GetDirectoryName(file)!)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.CreationTime,
        };
        watcher.Changed += OnChange;
        watcher.Created += OnChange;
        watcher.Renamed += OnChange;
        watcher.EnableRaisingEvents = true;
        return watcher;

        // ..data is the link that Kubernetes turns over when a mounted configuration changes.
        void OnChange(object sender, FileSystemEventArgs change)
        {
            if (change.Name == name || change.Name == "..data")
            {
                _requests.Writer.TryWrite(true);
            }
        }
    }
}
