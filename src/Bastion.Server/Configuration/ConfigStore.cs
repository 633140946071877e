using System.Collections;
using System.Security.Cryptography;
using System.Text;

namespace Bastion.Server.Configuration;

// Holds the one configuration that is in force. Readers take Current once and keep it for as long as they need one consistent view;
// a reload validates everything first and then replaces it by one reference write.
internal sealed class ConfigStore(ConfigModel initial)
{
    private readonly Lock _reload = new();
    private volatile ConfigModel _current = initial;

    internal ConfigModel Current => _current;

    // Raised after the swap, on the reloading thread: for what must act on a new model at once, as ending sessions that lost access.
    internal event Action<ConfigModel>? Replaced;

    // Reads, validates, builds. Throws ConfigException with every problem found.
    internal static ConfigModel Load(string file) => Load(file, ProcessEnvironment());

    internal static ConfigModel Load(string file, IReadOnlyDictionary<string, string> environment)
    {
        ConfigProblems problems = new(file);
        ConfigModel? model = null;
        try
        {
            string text = File.ReadAllText(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            ConfigMapping? root = ConfigLoader.Load(text, file, problems);
            if (root is not null)
            {
                ConfigEnvironment.Apply(root, environment, problems);
                BastionConfig config = ConfigReader.Read(root, problems);
                model = new ConfigValidator(problems).Validate(config, file, Revision(text, environment));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            problems.Add("", $"the file cannot be read: {exception.Message} Name it with --config FILE.");
        }

        return model ?? throw new ConfigException(problems.All);
    }

    // Throws ConfigException and keeps what is in force when the file is wrong or asks for what cannot change in a running process.
    // False: the file says what is in force already.
    internal bool Reload(IReadOnlyDictionary<string, string>? environment = null)
    {
        lock (_reload)
        {
            ConfigModel current = _current;
            ConfigModel next = Load(current.File, environment ?? ProcessEnvironment());
            if (next.Revision == current.Revision)
            {
                return false;
            }

            RefuseFixedChanges(current, next);
            _current = next;
            Replaced?.Invoke(next);
            return true;
        }
    }

    // These are taken once, at start: sockets are bound, files are open, records carry the name.
    private static void RefuseFixedChanges(ConfigModel current, ConfigModel next)
    {
        ConfigProblems problems = new(current.File);
        ConfigOrigin file = new(current.File, 0);
        Refuse("node", current.Node == next.Node);
        Refuse("data_dir", current.DataFolder.Root == next.DataFolder.Root);
        Refuse("listen.ssh", current.SshEndpoints.SequenceEqual(next.SshEndpoints));
        Refuse("listen.http", Equals(current.HttpEndpoint, next.HttpEndpoint));
        Refuse("log", current.Log == next.Log);
        if (problems.Any)
        {
            throw new ConfigException(problems.All);
        }

        void Refuse(string path, bool same)
        {
            if (!same)
            {
                problems.Add(file, path, "this cannot change while the bastion runs; restart it, or restore the old value. Nothing was changed.");
            }
        }
    }

    private static string Revision(string text, IReadOnlyDictionary<string, string> environment)
    {
        StringBuilder all = new(text);
        foreach ((string name, string value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith(ConfigEnvironment.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                all.Append('\0').Append(name).Append('=').Append(value);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())))[..12];
    }

    private static Dictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
