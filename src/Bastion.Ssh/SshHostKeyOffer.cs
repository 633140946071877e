namespace Bastion.Ssh;

/// <summary>
/// The identity that a server has proven in the key exchange: it holds the private half of <see cref="Key"/>. Whether that key, or the
/// authority behind <see cref="Certificate"/>, is the right one is for the application to say.
/// </summary>
/// <param name="Key">The host key.</param>
/// <param name="Certificate">Its certificate, unchecked, if the server presented one.</param>
public sealed record SshHostKeyOffer(PublicKey Key, SshCertificate? Certificate);
