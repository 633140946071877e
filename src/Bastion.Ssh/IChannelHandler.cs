namespace Bastion.Ssh;

/// <summary>
/// What the application does with one channel. The methods are called in wire order on the connection's read loop (except
/// <see cref="OnWritable"/>, see there); they must return at once and never block, because every channel of the connection waits meanwhile.
/// </summary>
public interface IChannelHandler
{
    /// <summary>
    /// Bytes of the peer. They are valid only inside the call. When they have gone on to where they belong, the application returns
    /// the room with <see cref="SshChannel.Credit"/>; until then the peer may send at most its window.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="data">The bytes; not empty.</param>
    /// <param name="isStderr">True for extended data of type 1 (RFC 4254 §5.2).</param>
    void OnData(SshChannel channel, ReadOnlySpan<byte> data, bool isStderr);

    /// <summary>A request of the peer. <see cref="SshChannelRequest.Reply"/> may be called now or later; answers leave in order.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="request">The request; it owns its bytes.</param>
    void OnRequest(SshChannel channel, SshChannelRequest request);

    /// <summary>The peer sends no more data (RFC 4254 §5.3). It may still receive.</summary>
    /// <param name="channel">The channel.</param>
    void OnEof(SshChannel channel);

    /// <summary>The channel is over, by the peer, by us or with its connection. Called exactly once; the channel sends nothing any more.</summary>
    /// <param name="channel">The channel.</param>
    void OnClosed(SshChannel channel);

    /// <summary>
    /// Everything that <see cref="SshChannel.Send(ReadOnlySpan{byte}, bool)"/> had to queue has left. Called on a read loop or on the thread pool, never twice at a time
    /// for one channel.
    /// </summary>
    /// <param name="channel">The channel.</param>
    void OnWritable(SshChannel channel);
}
