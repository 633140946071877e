namespace Bastion.Ssh.Channels;

// Our own requests that wait for SUCCESS or FAILURE, oldest first. Add is called with the send lock held.
internal sealed class PendingAnswers
{
    private readonly Queue<TaskCompletionSource<bool>> _waiting = new();
    private bool _closed;

    public Task<bool> Add()
    {
        if (_closed)
        {
            return Task.FromResult(false);
        }

        TaskCompletionSource<bool> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(source);
        return source.Task;
    }

    // An answer to nothing is dropped, as OpenSSH does (a peer that sends many of them gains nothing: CVE-2026-39830).
    public void Complete(bool success, Lock gate)
    {
        TaskCompletionSource<bool>? source;
        lock (gate)
        {
            _waiting.TryDequeue(out source);
        }

        source?.SetResult(success);
    }

    public void FailAll(Lock gate)
    {
        lock (gate)
        {
            _closed = true;
            while (_waiting.TryDequeue(out TaskCompletionSource<bool>? source))
            {
                source.SetResult(false);
            }
        }
    }
}
