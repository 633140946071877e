namespace Bastion.Ssh;

/// <summary>
/// A key, certificate or file of them cannot be used. The message names what is wrong and, where there is one, the way to mend it;
/// it is meant for the person who gave the file and never holds key material or raw bytes of the input.
/// </summary>
public sealed class SshFormatException : FormatException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, in a sentence.</param>
    public SshFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the failure of a library below it.</summary>
    /// <param name="message">What is wrong, in a sentence.</param>
    /// <param name="innerException">What the library said.</param>
    public SshFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
