using Bastion.Testing;
using Bastion.Testing.OpenSsh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.InteropTests;

/// <summary>Clients that are not OpenSSH, each with a certificate of alice.</summary>
[Trait("Suite", "Matrix")]
public sealed class OtherClientTests(World world)
{
    private const string Command = "printf out; printf err >&2; exit 7";
    private static readonly string Python = "/usr/bin/python3";

    [Fact(Timeout = 60_000)]
    public async Task Plink_WithCertificate_RunsACommand()
    {
        using var folder = new TempFolder();
        KeyFile key = await world.Bastion.IssueAsync(folder, "alice");
        (await ProcessRunner.RunAsync(Programs.Find("puttygen", "putty-tools"), key.Path, "-O", "private", "-o", folder.File("key.ppk"))).ShouldExit();
        string hostKey = (await ProcessRunner.RunAsync(Programs.SshKeygen, "-l", "-f", Path.Combine(world.Bastion.DataFolder, "host_ed25519_key.pub"))).ShouldExit().Output;

        ProcessResult result = await ProcessRunner.RunAsync(new ProcessRequest(
            Programs.Find("plink", "putty-tools"),
            "-batch", "-ssh", "-P", $"{world.Bastion.Port}", "-l", $"{World.Login}@web1", "-i", folder.File("key.ppk"), "-cert", key.CertificatePath,
            "-hostkey", hostKey.Split(' ')[1], "127.0.0.1", Command)
        { Environment = Home(folder) });

        Assert.Equal((7, "out"), (result.ExitCode, result.Output));
    }

    [Fact(Timeout = 60_000)]
    public Task Paramiko_WithCertificate_RunsACommand() => RunPythonAsync("""
        import paramiko
        key = paramiko.Ed25519Key.from_private_key_file(key_path)
        key.load_certificate(key_path + '-cert.pub')
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.WarningPolicy())
        client.connect('127.0.0.1', port, user, pkey=key, allow_agent=False, look_for_keys=False)
        _, out, err = client.exec_command(command)
        print(out.read().decode(), err.read().decode(), out.channel.recv_exit_status())
        """);

    [Fact(Timeout = 60_000)]
    public Task AsyncSsh_WithCertificateAndHostAuthority_RunsACommand() => RunPythonAsync("""
        import asyncio, asyncssh
        async def main():
            async with asyncssh.connect('127.0.0.1', port, username=user, client_keys=[(key_path, key_path + '-cert.pub')],
                                        host_key_alias=host_name, known_hosts=asyncssh.import_known_hosts(known_hosts), config=None, agent_path=None) as c:
                r = await c.run(command)
                print(r.stdout, r.stderr, r.exit_status)
        asyncio.run(main())
        """);

    private async Task RunPythonAsync(string script)
    {
        using var folder = new TempFolder();
        KeyFile key = await world.Bastion.IssueAsync(folder, "alice");
        string names = $"""
            key_path, port, user, command = {Quote(key.Path)}, {world.Bastion.Port}, {Quote($"{World.Login}@web1")}, {Quote(Command)}
            host_name, known_hosts = {Quote(world.Bastion.Options.HostName)}, {Quote($"@cert-authority {world.Bastion.Options.HostName} {world.Bastion.Authority("host")}\n")}

            """;

        ProcessResult result = await ProcessRunner.RunAsync(new ProcessRequest(Python, "-W", "ignore", "-c", names + script) { Environment = Home(folder) });

        Assert.Equal("out err 7\n", result.ShouldExit().Output);
    }

    private static Dictionary<string, string?> Home(TempFolder folder) => new() { ["HOME"] = folder.Root };

    // JSON's strings are Python's as well
    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
