using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Bastion.Server.Targets;

namespace Bastion.Server.Sessions;

// One user on one target: what is audited, listed and ended as a unit. State only; SessionPipeline moves the bytes and SessionRunner
// leads it from start to end. Thread-safe.
[SuppressMessage("Reliability", "CA1001", Justification = "A source without timer and links holds nothing, and may be cancelled after the end.")]
internal sealed class Session
{
    private const int IdBytes = 8; // as many bits as a certificate's serial: never met twice

    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytesIn;
    private long _bytesOut;
    private int _endReason;

    internal string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));

    internal required string ConnectionId { get; init; }

    internal required SignedInUser Identity { get; init; }

    internal required TargetModel Target { get; init; }

    internal required string Login { get; init; }

    internal required TargetRequest Request { get; init; }

    // The rule that let it in; null until then.
    internal string? AccessRule { get; set; }

    // Of the configuration that it started with.
    internal required string Revision { get; init; }

    internal required DateTimeOffset Started { get; init; }

    // From the client to the target.
    internal long BytesIn => Interlocked.Read(ref _bytesIn);

    // From the target to the client, stdout and stderr.
    internal long BytesOut => Interlocked.Read(ref _bytesOut);

    internal TargetExit? Exit { get; set; }

    internal SessionEndReason EndReason => (SessionEndReason)Volatile.Read(ref _endReason);

    // Completes when everything behind the session is gone and its end stands in the audit log.
    internal Task Ended => _ended.Task;

    // Whoever may end it from outside. Set before the session can be found by anybody.
    internal SessionPipeline? Pipeline { get; set; }

    // Cancelled when the session ends: for what waits on its behalf.
    internal CancellationToken Ending => _ending.Token;

    internal void CountIn(int bytes) => Interlocked.Add(ref _bytesIn, bytes);

    internal void CountOut(int bytes) => Interlocked.Add(ref _bytesOut, bytes);

    // The first reason stands; the ones that follow from it are not the cause.
    internal void SetEndReason(SessionEndReason reason) =>
        Interlocked.CompareExchange(ref _endReason, (int)reason, (int)SessionEndReason.None);

    // Its own step, because it runs what waits for the token: call it without holding a lock.
    internal void CancelWaiting() => _ending.Cancel();

    internal void SetEnded() => _ended.TrySetResult();
}
