namespace Bastion.Server.Certificates;

// Ids 5400-5499.
internal static partial class CertificatesLog
{
    [LoggerMessage(5400, LogLevel.Information, "Made the {Authority} certificate authority {Fingerprint}.")]
    internal static partial void AuthorityCreated(this ILogger logger, string authority, string fingerprint);

    [LoggerMessage(5401, LogLevel.Information, "Made the host key {KeyType} {Fingerprint}.")]
    internal static partial void HostKeyCreated(this ILogger logger, string keyType, string fingerprint);

    [LoggerMessage(5402, LogLevel.Debug, "Issued host certificate {Serial} for {Names}, valid until {ValidBefore}.")]
    internal static partial void HostCertificateIssued(this ILogger logger, ulong serial, string names, DateTimeOffset validBefore);
}
