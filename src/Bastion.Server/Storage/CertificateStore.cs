using System.Globalization;
using Bastion.Server.Certificates;
using Dapper;

namespace Bastion.Server.Storage;

// Client certificates that were issued.
internal sealed class CertificateStore(Database database)
{
    // A listing is for people; older ones are found by their user.
    private const int MaxListed = 1000;

    internal void Add(IssuedCertificate certificate) => database.Write(connection => connection.Execute(
        """
        INSERT INTO issued_certificate
            (serial, key_id, user_id, fingerprint, issued, issued_by, valid_after, valid_before, source_address, force_command)
        VALUES
            (@Serial, @KeyId, @UserId, @Fingerprint, @Issued, @IssuedBy, @ValidAfter, @ValidBefore, @SourceAddress, @ForceCommand)
        """,
        new
        {
            Serial = certificate.Serial.ToString(CultureInfo.InvariantCulture),
            certificate.KeyId,
            certificate.UserId,
            certificate.Fingerprint,
            Issued = certificate.Issued.ToUnixTimeMilliseconds(),
            certificate.IssuedBy,
            ValidAfter = certificate.ValidAfter.ToUnixTimeMilliseconds(),
            ValidBefore = certificate.ValidBefore.ToUnixTimeMilliseconds(),
            certificate.SourceAddress,
            certificate.ForceCommand,
        }));

    // The newest first.
    internal IReadOnlyList<IssuedCertificate> List(string? userName) => database.Read<IReadOnlyList<IssuedCertificate>>(connection =>
        [.. connection.Query<CertificateRow>(
            """
            SELECT c.serial, c.key_id, c.user_id, u.name, c.fingerprint, c.issued, c.issued_by, c.valid_after, c.valid_before,
                c.source_address, c.force_command
            FROM issued_certificate c JOIN user u ON u.id = c.user_id
            WHERE @userName IS NULL OR u.name = @userName
            ORDER BY c.issued DESC, c.serial LIMIT @MaxListed
            """,
            new { userName, MaxListed }).Select(row => row.ToRecord())]);

    private sealed record CertificateRow(
        string Serial, string KeyId, long UserId, string Name, string Fingerprint, long Issued, string IssuedBy, long ValidAfter, long ValidBefore,
        string? SourceAddress, string? ForceCommand)
    {
        internal IssuedCertificate ToRecord() => new()
        {
            Serial = ulong.Parse(Serial, CultureInfo.InvariantCulture),
            KeyId = KeyId,
            UserId = UserId,
            UserName = Name,
            Fingerprint = Fingerprint,
            Issued = DateTimeOffset.FromUnixTimeMilliseconds(Issued),
            IssuedBy = IssuedBy,
            ValidAfter = DateTimeOffset.FromUnixTimeMilliseconds(ValidAfter),
            ValidBefore = DateTimeOffset.FromUnixTimeMilliseconds(ValidBefore),
            SourceAddress = SourceAddress,
            ForceCommand = ForceCommand,
        };
    }
}
