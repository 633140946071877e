using System.Globalization;
using System.Text.RegularExpressions;

namespace Bastion.Server.Certificates;

// The key id of a client certificate: `user=alice id=7 epoch=1 issue=0123456789abcdef`. A server that logs it names the person. Id and
// epoch are compared with the user at every sign-in; issue tells two certificates of one user apart and can be revoked by.
internal sealed partial record ClientKeyId(string UserName, long UserId, long Epoch, string Issue)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"user={UserName} id={UserId} epoch={Epoch} issue={Issue}");

    // Only the exact form that ToString writes; null for any other.
    internal static ClientKeyId? Parse(string text)
    {
        Match match = Form().Match(text);
        return match.Success &&
            long.TryParse(match.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long id) &&
            long.TryParse(match.Groups["epoch"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long epoch)
            ? new ClientKeyId(match.Groups["user"].Value, id, epoch, match.Groups["issue"].Value)
            : null;
    }

    [GeneratedRegex(
        @"^user=(?<user>[a-z][a-z0-9._-]{0,31}) id=(?<id>[1-9][0-9]{0,18}) epoch=(?<epoch>[1-9][0-9]{0,18}) issue=(?<issue>[0-9a-f]{16})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
