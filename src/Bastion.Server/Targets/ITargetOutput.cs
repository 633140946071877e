namespace Bastion.Server.Targets;

// What a target sends. Calls must return at once. Those of one stream come in order; stdout, stderr and OnWritable may overlap.
internal interface ITargetOutput
{
    // Valid only inside the call. The receiver returns the room later by ITargetChannel.Credit.
    void OnOutput(ReadOnlySpan<byte> data, bool isStderr);

    void OnOutputEof();

    void OnExit(TargetExit exit);

    // Everything that ITargetChannel.Send had to queue has left.
    void OnWritable();

    // Exactly once, last. An error is one line for the user; null when the end was orderly.
    void OnClosed(string? error);
}
