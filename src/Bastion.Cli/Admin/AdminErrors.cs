using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Bastion.Cli.Admin;

// What went wrong between us and the bastion, as one line that says what to do next.
internal static class AdminErrors
{
    // sun_path of unix(7) has 108 bytes, the last one a zero.
    private const int MaxSocketPath = 107;

    private const string HowToStart = "Start it (in a checkout: scripts/run, else: Bastion.Server --config FILE)";

    internal static void CheckSocketPath(DataFolder folder)
    {
        if (Encoding.UTF8.GetByteCount(folder.Socket) > MaxSocketPath)
        {
            throw new CliException(
                $"The path {folder.Socket} is too long for a Unix socket (at most {MaxSocketPath} bytes). Name the data folder by a shorter one.", ExitCode.Usage);
        }
    }

    internal static CliException Unreachable(HttpRequestException exception, DataFolder folder) =>
        (exception.InnerException as SocketException)?.SocketErrorCode switch
        {
            SocketError.AccessDenied => new CliException(
                $"This account may not use the bastion in {folder.Root}. {WhoMay(folder)}"),
            SocketError.ConnectionRefused => new CliException(
                $"The bastion in {folder.Root} has stopped: nobody listens on its socket. {HowToStart}."),
            SocketError when !File.Exists(folder.Socket) => new CliException(
                $"No bastion runs in {folder.Root}. {HowToStart}, or name its data folder with --data-dir or {DataFolder.Variable}."),
            // The server hangs up on accounts that it does not serve.
            _ => new CliException(
                $"The bastion in {folder.Root} closed the connection. {WhoMay(folder)} Its log may say more."),
        };

    internal static CliException TimedOut(DataFolder folder, TimeSpan timeout) => new(
        $"The bastion in {folder.Root} did not answer within {timeout.TotalSeconds:0} s. See whether its process still runs, and what its log says last.");

    // problem+json (RFC 9457). A 400 is a value on our command line that the bastion could not read.
    internal static CliException Refusal(int status, string body)
    {
        string text = Describe(body) ?? (status == 404
            ? "The bastion has nothing of that kind. 'bastion doctor' shows whether it is of the same version as this program."
            : $"The bastion answered with status {status}. Its log may say why.");
        return new CliException(text, status == 400 ? ExitCode.Usage : ExitCode.Refused);
    }

    private static string WhoMay(DataFolder folder) => FileOwner.Of(folder.Root) is { } owner and not 0
        ? $"Only root and the account that runs it may: sudo -u '#{owner}' bastion …"
        : "Only root and the account that runs it may: sudo bastion …";

    private static string? Describe(string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement problem = document.RootElement;
            if (problem.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            List<string> sentences = [.. Texts(problem, "detail")];
            if (sentences.Count == 0)
            {
                sentences.AddRange(Texts(problem, "title"));
            }

            sentences.AddRange(Texts(problem, "errors"));
            return sentences.Count > 0 ? string.Join(' ', sentences) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // All texts in a property, however deep: errors come as a list, or as lists by field.
    private static IEnumerable<string> Texts(JsonElement parent, string property) =>
        parent.TryGetProperty(property, out JsonElement value) ? Texts(value) : [];

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? [text] : [],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(entry => Texts(entry.Value)),
        _ => [],
    };
}
