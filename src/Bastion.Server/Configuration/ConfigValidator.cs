using System.Collections.Frozen;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Bastion.Server.Access;
using Bastion.Server.Storage;
using Bastion.Server.Targets;

namespace Bastion.Server.Configuration;

// Records to model. All checks run without short-circuit, so that one attempt shows everything that is wrong; a model comes out only
// when nothing was.
internal sealed partial class ConfigValidator(ConfigProblems problems)
{
    // sockaddr_un holds 108 bytes with the closing zero (unix(7)).
    private const int MaxSocketPath = 107;

    // The file that the records came from and the revision name of its content.
    internal ConfigModel? Validate(BastionConfig config, string file, string revision)
    {
        DataFolder dataFolder = new(Path.GetFullPath(config.DataDir, Path.GetDirectoryName(Path.GetFullPath(file))!));
        if (Encoding.UTF8.GetByteCount(dataFolder.AdminSocket) > MaxSocketPath)
        {
            problems.Add("data_dir", $"the path {dataFolder.AdminSocket} is longer than a Unix socket may be; choose a shorter folder.");
        }

        List<IPEndPoint> ssh = [.. config.Listen.Ssh.Select((text, index) => EndPoint(text, $"listen.ssh[{index}]")).OfType<IPEndPoint>()];
        if (config.Listen.Ssh.Count == 0)
        {
            problems.Add("listen.ssh", "at least one address is needed; write [\"0.0.0.0:2222\"].");
        }

        IPEndPoint? http = config.Listen.Http.Length == 0 ? null : EndPoint(config.Listen.Http, "listen.http");
        Dictionary<string, TargetModel> targets = new TargetValidator(problems).Validate(config.Targets);
        AccessModel access = new AccessValidator(problems).Validate(config.Access);
        CheckLevel(config.Log.Level);
        string node = Node(config.Node);
        IReadOnlyList<string> hostNames = HostNames(config.HostNames, node);
        if (problems.Any)
        {
            return null;
        }

        return new ConfigModel
        {
            Revision = revision,
            File = Path.GetFullPath(file),
            Node = node,
            DataFolder = dataFolder,
            SshEndpoints = ssh,
            HttpEndpoint = http,
            HostNames = hostNames,
            Certificates = config.Certificates,
            Limits = config.Limits,
            Dial = config.Dial,
            Drain = config.Drain,
            Log = config.Log,
            Targets = targets.ToFrozenDictionary(StringComparer.Ordinal),
            Access = access,
        };
    }

    private IPEndPoint? EndPoint(string text, string path)
    {
        // IPEndPoint.TryParse accepts "2222" as an address and a missing port as 0.
        if (IPEndPoint.TryParse(text, out IPEndPoint? endPoint) && endPoint.Port > 0 && text.Contains(':'))
        {
            return endPoint;
        }

        problems.Add(path, $"'{ConfigText.Show(text)}' is not an IP address with a port; write 0.0.0.0:2222, 127.0.0.1:2222 or [::]:2222.");
        return null;
    }

    private string Node(string node)
    {
        string name = node.Length > 0 ? node : Environment.MachineName;
        if (!NodeForm().IsMatch(name))
        {
            problems.Add("node", $"'{ConfigText.Show(name)}' is not usable as a name; use letters, digits, '.', '_' and '-', at most 64.");
        }

        return name;
    }

    private List<string> HostNames(IReadOnlyList<string> names, string node)
    {
        List<string> checkedNames = [];
        foreach ((string name, int index) in names.Select((name, index) => (name, index)))
        {
            if (HostForm().IsMatch(name) || IPAddress.TryParse(name, out _))
            {
                checkedNames.Add(name.ToLowerInvariant());
                continue;
            }

            problems.Add(
                $"host_names[{index}]",
                $"'{ConfigText.Show(name)}' is not a host name or IP address; write it without port and wildcards.");
        }

        return checkedNames.Count > 0 ? checkedNames : [node.ToLowerInvariant()];
    }

    private void CheckLevel(string level)
    {
        string[] levels = ["debug", "information", "warning", "error"];
        if (!levels.Contains(level))
        {
            problems.Add(
                "log.level",
                $"'{ConfigText.Show(level)}' is not a level; write {string.Join(", ", levels)}.{Suggestion.For(level, levels)}");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NodeForm();

    // RFC 1123 §2.1 and the 253 characters of RFC 1035, with '_' as many internal names have it.
    [GeneratedRegex(
        @"^(?=.{1,253}\z)[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\z", RegexOptions.CultureInvariant)]
    internal static partial Regex HostForm();
}
