using Bastion.Server.Configuration;

namespace Bastion.Server.Admin;

// Closes the socket file to other accounts as soon as it is there. It lies in a folder of mode 0700 and every peer is asked for its account, so
// this is the third of three locks.
internal sealed class AdminSocketMode(ConfigStore config) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        File.SetUnixFileMode(config.Current.DataFolder.AdminSocket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
