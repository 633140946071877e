using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Bastion.Server.Configuration;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Bastion.Server.Targets;

// Opens TCP connections to targets. A connection that was never made is tried again, a target that keeps failing counts as down for a while,
// so that its users get an answer at once and it is left in peace. What happens after the connection is not tried again: it may have had effects.
internal sealed class TargetDialer(ConfigStore config, MemoryPool<byte> pool, TimeProvider time)
{
    // First pause between attempts; doubled and jittered. Long enough for a restarting sshd, short for somebody who waits.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    // Fewer is not a rate (Polly refuses it).
    private const int MinimumBreakerFailures = 2;

    // One per target address; what a reload removes stays until the process ends, a few hundred bytes each.
    private readonly ConcurrentDictionary<(string Host, int Port, DialConfig Config), ResiliencePipeline<DialResult>> _pipelines = new();

    internal async ValueTask<DialResult> DialAsync(SshTargetModel target, CancellationToken cancellationToken)
    {
        DialConfig dial = config.Current.Dial;
        ResiliencePipeline<DialResult> pipeline = _pipelines.GetOrAdd((target.Host, target.Port, dial), key => Build(key.Config));
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            Outcome<DialResult> outcome = await pipeline.ExecuteOutcomeAsync(
                async (callContext, state) => Outcome.FromResult(await AttemptAsync(state.target, state.dial.Timeout, callContext.CancellationToken)),
                context,
                (target, dial));
            if (outcome.Exception is BrokenCircuitException)
            {
                return DialResult.Fail(
                    $"target {target.Name} has not answered for a while and counts as down; it is tried again within {dial.BreakerPause.TotalSeconds:0} s.");
            }

            outcome.ThrowIfException();
            return outcome.Result!;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline<DialResult> Build(DialConfig dial)
    {
        ResiliencePipelineBuilder<DialResult> builder = new() { TimeProvider = time };
        if (dial.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<DialResult>
            {
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { Pipe: null }),
                MaxRetryAttempts = dial.Retries,
                Delay = RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            });
        }

        if (dial.BreakerFailures > 0)
        {
            builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<DialResult>
            {
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { Pipe: null }),
                FailureRatio = 1, // one success within the window shows that it is up
                MinimumThroughput = Math.Max(dial.BreakerFailures, MinimumBreakerFailures),
                SamplingDuration = dial.BreakerWindow,
                BreakDuration = dial.BreakerPause,
            });
        }

        return builder.Build();
    }

    private async ValueTask<DialResult> AttemptAsync(SshTargetModel target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }; // keystrokes must not wait for company
        using CancellationTokenSource bound = new(timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(target.Host, target.Port, either.Token);
            return DialResult.Ok(new SocketPipe(socket, pool));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            return DialResult.Fail($"target {target.Name} ({target.Host}:{target.Port}) cannot be reached: {Cause(e, timeout)}.");
        }
    }

    private static string Cause(Exception error, TimeSpan timeout) => error is not SocketException socketError
        ? $"no answer within {timeout.TotalSeconds:0.#} s"
        : socketError.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "its name cannot be resolved",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route to it",
            SocketError.TimedOut => "no answer",
            SocketError other => other.ToString(),
        };
}
