using System.Globalization;
using Bastion.Server.Configuration;
using Bastion.Server.Identity;
using Bastion.Server.Storage;
using Bastion.Ssh;

namespace Bastion.Server.Admin;

internal static class KeysEndpoints
{
    // A key without an end is the forgotten key in a pipeline; a year is the longest that audits accept.
    private static readonly TimeSpan MaxValidity = TimeSpan.FromDays(366);

    private const int MaxCommentLength = 256;

    internal static void MapKeys(this RouteGroupBuilder api)
    {
        api.MapGet("/keys", (string? user, KeyStore keys) => new Listing<KeyView>([.. keys.List(user).Select(key => KeyView.Of(key, null))]));
        api.MapPost("/keys", Add);
        // A fingerprint has slashes in it and cannot be a part of the path.
        api.MapDelete("/keys", RemoveAsync);
    }

    private static IResult Add(HttpContext context, AddKey request, UserStore users, KeyStore keys, ClientSetup setup, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (!PublicKey.TryParseText(request.Key, out PublicKey? key, out string? comment, out string? error))
        {
            return AdminProblem.Invalid($"This is not a public key as in a .pub file: {error}");
        }

        context.Names($"{request.User} {key.Fingerprint}");
        if (users.Find(request.User) is not { } user)
        {
            return AdminProblem.UnknownUser(request.User);
        }

        if (user.Status != UserStatus.Active)
        {
            return AdminProblem.Refused($"The user {user.Name} is disabled. Enable it first: bastion user enable {user.Name}");
        }

        if (!TryParseExpiry(request.Expires, now, out DateTimeOffset expires) || expires <= now || expires > now + MaxValidity)
        {
            return AdminProblem.Invalid(
                $"A key expires after a duration (90d) or on a date (2027-01-31), at most {MaxValidity.Days} days from now; "
                + "enrol it again before that.");
        }

        EnrolledKey enrolled = new()
        {
            Key = key,
            UserId = user.Id,
            UserName = user.Name,
            Epoch = user.Epoch,
            Comment = comment is null ? "" : ConfigText.Show(comment[..Math.Min(comment.Length, MaxCommentLength)]),
            Added = now,
            AddedBy = context.Actor(),
            Expires = expires,
        };
        return keys.Add(enrolled)
            ? TypedResults.Created("/api/v1/keys", KeyView.Of(enrolled, setup.Example(user)))
            : AdminProblem.Conflict(
                $"The key {key.Fingerprint} belongs to another user. If that is wrong, remove it first: "
                + $"bastion key remove {key.Fingerprint}");
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, string fingerprint, KeyStore keys, LiveSessions live)
    {
        context.Names(fingerprint);
        if (!keys.Remove(fingerprint))
        {
            return AdminProblem.NotFound($"No key '{ConfigText.Show(fingerprint)}' is enrolled. List them with: bastion key list");
        }

        int ended = await live.EndAsync(
            identity => identity.Credential.Method == SignInMethod.Key && identity.Credential.Fingerprint == fingerprint, "your key was removed.");
        context.Explains($"{ended} sessions ended");
        return TypedResults.Ok(new Removed(fingerprint, ended));
    }

    private static bool TryParseExpiry(string text, DateTimeOffset now, out DateTimeOffset expires)
    {
        // Bounded before it is added: a date has an end.
        if (ConfigUnits.TryParseDuration(text, out TimeSpan duration) && duration <= MaxValidity)
        {
            expires = now + duration;
            return true;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out expires);
    }

    private sealed record Removed(string Id, int SessionsEnded);

    // Expires: a duration or a date.
    private sealed record AddKey(string User, string Key, string Expires);

    private sealed record KeyView(
        string Id, string User, string Type, string Comment, DateTimeOffset Added, string AddedBy, DateTimeOffset Expires, string PublicKey,
        string? Destination)
    {
        internal static KeyView Of(EnrolledKey key, string? destination) => new(
            key.Key.Fingerprint, key.UserName, key.Key.KeyType, key.Comment, key.Added, key.AddedBy, key.Expires, key.Key.ToText(),
            destination);
    }
}
