using System.Collections.Frozen;
using System.Net;
using Bastion.Server.Access;
using Bastion.Server.Targets;
using Bastion.Ssh;

namespace Bastion.Server.Configuration;

// `targets`: each is either a machine (address, host_key) or a command (command, run_as …), and says who it is trusted by.
internal sealed class TargetValidator(ConfigProblems problems)
{
    private const int SshPort = 22;

    internal Dictionary<string, TargetModel> Validate(IReadOnlyList<TargetConfig> targets)
    {
        Dictionary<string, TargetModel> models = new(StringComparer.Ordinal);
        foreach (TargetConfig target in targets)
        {
            string path = $"targets.{target.Name}";
            if (!TargetName.IsValid(target.Name))
            {
                problems.Add(path, $"the name of a target has {TargetName.Form}; rename it.");
            }

            TargetModel? model = (target.Address, target.Command.Count) switch
            {
                (not null, 0) => Machine(target, target.Address, path),
                (null, > 0) => Command(target, path),
                (null, 0) => Refuse(path, "a target needs either 'address' (a machine) or 'command' (a program on this machine)."),
                _ => Refuse(path, "'address' and 'command' exclude each other; keep one."),
            };
            if (model is not null)
            {
                models[target.Name] = model;
            }
        }

        return models;
    }

    private SshTargetModel? Machine(TargetConfig target, string address, string path)
    {
        RefuseKeys(path, "a machine", [
            ("run_as", target.RunAs is not null), ("unsafe_same_user", target.UnsafeSameUser), ("exec", target.Exec.Count > 0), ("sftp", target.Sftp.Count > 0),
            ("environment", target.Environment.Count > 0), ("working_dir", target.WorkingDir.Length > 0)]);
        IReadOnlyList<PublicKey> pins = Keys(target.HostKey.Pins, $"{path}.host_key.pins");
        IReadOnlyList<PublicKey> authorities = Keys(target.HostKey.Authorities, $"{path}.host_key.authorities");
        if (target.HostKey is { Pins.Count: 0, Authorities.Count: 0, TrustOnFirstUse: false })
        {
            problems.Add($"{path}.host_key", "nothing says which host key is the target's; set 'pins' (the line that " +
                "'ssh-keyscan' prints, checked on the target's console), 'authorities' or 'trust_on_first_use: true'.");
        }

        if (!TrySplitAddress(address, out string host, out int port))
        {
            problems.Add(
                $"{path}.address", $"'{ConfigText.Show(address)}' is not a host with a port; write host, host:22 or [2001:db8::1]:22.");
            return null;
        }

        return new SshTargetModel
        {
            Name = target.Name,
            Labels = target.Labels.ToFrozenDictionary(StringComparer.Ordinal),
            Host = host,
            Port = port,
            PinnedKeys = pins,
            HostAuthorities = authorities,
            TrustOnFirstUse = target.HostKey.TrustOnFirstUse,
        };
    }

    private CommandTargetModel Command(TargetConfig target, string path)
    {
        RefuseKeys(path, "a command", [("host_key", target.HostKey is not { Pins.Count: 0, Authorities.Count: 0, TrustOnFirstUse: false })]);
        CheckProgram(target.Command, $"{path}.command");
        CheckProgram(target.Exec, $"{path}.exec");
        CheckProgram(target.Sftp, $"{path}.sftp");
        if (target.RunAs is null && !target.UnsafeSameUser)
        {
            problems.Add(path, "a command needs 'run_as', the account it runs under.");
        }

        if (target.RunAs is "root" or "0" or "")
        {
            problems.Add($"{path}.run_as", "a command never runs as root; name an account that owns nothing of the bastion.");
        }

        if (target.WorkingDir.Length > 0 && !Path.IsPathRooted(target.WorkingDir))
        {
            problems.Add($"{path}.working_dir", "write an absolute path.");
        }

        foreach (string name in target.Environment.Keys.Where(name => name.Length == 0 || name.AsSpan().ContainsAny('=', '\0')))
        {
            problems.Add($"{path}.environment", $"'{ConfigText.Show(name)}' is not the name of an environment variable.");
        }

        return new CommandTargetModel
        {
            Name = target.Name,
            Labels = target.Labels.ToFrozenDictionary(StringComparer.Ordinal),
            Command = target.Command,
            ExecPrefix = target.Exec,
            Sftp = target.Sftp,
            RunAs = target.RunAs,
            UnsafeSameUser = target.UnsafeSameUser,
            Environment = target.Environment.ToFrozenDictionary(StringComparer.Ordinal),
            WorkingDirectory = target.WorkingDir.Length == 0 ? null : target.WorkingDir,
        };
    }

    private List<PublicKey> Keys(IReadOnlyList<string> lines, string path)
    {
        List<PublicKey> keys = [];
        foreach ((string line, int index) in lines.Select((line, index) => (line, index)))
        {
            if (PublicKey.TryParseText(line, out PublicKey? key, out _, out string? error))
            {
                keys.Add(key);
                continue;
            }

            problems.Add($"{path}[{index}]", $"this is not a public key as in a .pub file ('ssh-ed25519 AAAA…'): {error}");
        }

        return keys;
    }

    private void CheckProgram(IReadOnlyList<string> arguments, string path)
    {
        if (arguments.Count > 0 && !Path.IsPathRooted(arguments[0]))
        {
            problems.Add($"{path}[0]", "the program is named by its absolute path, so that no PATH decides what runs.");
        }

        if (arguments.Any(argument => argument.Contains('\0')))
        {
            problems.Add(path, "an argument cannot hold a NUL.");
        }
    }

    private void RefuseKeys(string path, string noun, (string Key, bool IsSet)[] keys)
    {
        foreach ((string key, _) in keys.Where(key => key.IsSet))
        {
            problems.Add($"{path}.{key}", $"this does not apply to {noun}; remove it.");
        }
    }

    private TargetModel? Refuse(string path, string message)
    {
        problems.Add(path, message);
        return null;
    }

    private static bool TrySplitAddress(string address, out string host, out int port)
    {
        // An IP literal, with or without port; brackets only around IPv6.
        if (IPEndPoint.TryParse(address, out IPEndPoint? endPoint))
        {
            host = endPoint.Address.ToString();
            port = endPoint.Port == 0 ? SshPort : endPoint.Port;
            return address.Contains('.') || address.Contains(':');
        }

        int colon = address.LastIndexOf(':');
        host = colon < 0 ? address : address[..colon];
        port = SshPort;
        return (colon < 0 || (int.TryParse(address[(colon + 1)..], out port) && port is > 0 and <= 65535)) &&
            ConfigValidator.HostForm().IsMatch(host);
    }
}
