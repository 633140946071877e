namespace Bastion.Ssh;

/// <summary>What the application decides for one connection of an SSH server. One object per connection; calls never overlap.</summary>
public interface ISshServerHandler
{
    /// <summary>
    /// A client asks whether this credential would do, without proof that it holds the key (RFC 4252 §7). The answer must have no side
    /// effects: no lookup that others can see, no count, no lock-out.
    /// </summary>
    /// <param name="credential">The credential offered.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    /// <returns>True to let the client sign.</returns>
    ValueTask<bool> IsAcceptableAsync(SshCredential credential, CancellationToken cancellationToken);

    /// <summary>The client has proven that it holds the key. The identity is bound here and nowhere else.</summary>
    /// <param name="credential">The credential that signed.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    /// <returns>True if the client is signed in.</returns>
    ValueTask<bool> SignInAsync(SshCredential credential, CancellationToken cancellationToken);

    /// <summary>
    /// The signed-in client opens a channel. Called on the read loop: must return at once and answer <paramref name="open"/> now or later.
    /// </summary>
    /// <param name="open">The channel.</param>
    void OnChannelOpen(SshChannelOpen open);
}
