using System.Text.Json.Serialization;
using Bastion.Server.Configuration;
using Bastion.Server.Identity;
using Bastion.Server.Storage;

namespace Bastion.Server.Admin;

internal static class UsersEndpoints
{
    private const string NameForm = "lower-case letters, digits, '.', '_' and '-', at most 32, a letter first";

    // Enough for every directory seen; bounds what one user may take up in the database.
    private const int MaxGroups = 256;
    private const int MaxAttributes = 64;
    private const int MaxAttributeLength = 1024;

    internal static void MapUsers(this RouteGroupBuilder api)
    {
        api.MapGet("/users", (UserStore users) => new Listing<UserView>([.. users.List().Select(UserView.Of)]));
        api.MapGet("/users/{name}", Show);
        api.MapPost("/users", Add);
        api.MapPatch("/users/{name}", Update);
        api.MapPost("/users/{name}/disable", DisableAsync);
        api.MapPost("/users/{name}/enable", (HttpContext context, string name, UserStore users) => Change(context, name, users.Enable(name)));
    }

    private static IResult Show(string name, UserStore users) =>
        users.Find(name) is { } user ? TypedResults.Ok(UserView.Of(user)) : AdminProblem.UnknownUser(name);

    private static IResult Add(HttpContext context, AddUser request, UserStore users)
    {
        context.Names(request.Name);
        if (!UserRecord.IsValidName(request.Name))
        {
            return AdminProblem.Invalid($"'{ConfigText.Show(request.Name)}' cannot be a user's name: {NameForm}.");
        }

        if (FindMistake(request.Groups, request.Attributes) is { } mistake)
        {
            return AdminProblem.Invalid(mistake);
        }

        return users.Add(request.Name, request.Groups ?? [], request.Attributes ?? []) is { } user
            ? TypedResults.Created($"/api/v1/users/{user.Name}", UserView.Of(user))
            : AdminProblem.Conflict(
                $"The name {request.Name} is taken. Names are never given twice; see: bastion user show {request.Name}");
    }

    private static IResult Update(HttpContext context, string name, UpdateUser request, UserStore users) =>
        FindMistake(request.Groups, request.Attributes) is { } mistake
            ? AdminProblem.Invalid(mistake)
            : Change(context, name, users.Update(name, request.Groups, request.Attributes));

    // The store first: whoever reconnects meanwhile is refused by it, and whoever is in already is found in the live index.
    private static async Task<IResult> DisableAsync(
        HttpContext context, string name, UserStore users, LiveSessions live)
    {
        context.Names(name);
        if (users.Disable(name) is not { } user)
        {
            return AdminProblem.UnknownUser(name);
        }

        int ended = await live.EndAsync(identity => identity.User.Id == user.Id, "your user was disabled.");
        context.Explains($"{ended} sessions ended");
        return TypedResults.Ok(UserView.Of(user) with { SessionsEnded = ended });
    }

    private static IResult Change(HttpContext context, string name, UserRecord? user)
    {
        context.Names(name);
        return user is null ? AdminProblem.UnknownUser(name) : TypedResults.Ok(UserView.Of(user));
    }

    private static string? FindMistake(List<string>? groups, Dictionary<string, string>? attributes)
    {
        foreach (string? group in groups ?? [])
        {
            if (group is null || !UserRecord.IsValidName(group))
            {
                return $"'{ConfigText.Show(group ?? "")}' cannot be a group's name: {NameForm}.";
            }
        }

        if (groups?.Count > MaxGroups || attributes?.Count > MaxAttributes)
        {
            return $"A user has at most {MaxGroups} groups and {MaxAttributes} attributes.";
        }

        return attributes?.Any(pair => !IsAttribute(pair.Key, pair.Value)) is true
            ? $"The name of an attribute has {NameForm}; its value is text on one line, at most {MaxAttributeLength} characters."
            : null;
    }

    private static bool IsAttribute(string name, string? value) =>
        UserRecord.IsValidName(name) && value is { Length: <= MaxAttributeLength } && !value.Any(char.IsControl);

    private sealed record AddUser(string Name, List<string>? Groups = null, Dictionary<string, string>? Attributes = null);

    private sealed record UpdateUser(List<string>? Groups = null, Dictionary<string, string>? Attributes = null);

    private sealed record UserView(
        long Id, string Name, string Status, long Epoch, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, string> Attributes,
        DateTimeOffset Created)
    {
        // Listings name the owner of everything as `user`.
        public string User => Name;

        // Only in the answer to what ended some.
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? SessionsEnded { get; init; }

        internal static UserView Of(UserRecord user) => new(
            user.Id, user.Name, user.Status == UserStatus.Active ? "active" : "disabled", user.Epoch, user.Groups, user.Attributes, user.Created);
    }
}
