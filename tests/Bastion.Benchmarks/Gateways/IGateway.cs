using Bastion.Testing.Processes;

namespace Bastion.Benchmarks.Gateways;

// What stands between the client and the target: sshd with a nested ssh, or the bastion. The client is the same stock ssh.
internal interface IGateway : IAsyncDisposable
{
    string Name { get; }

    int ProcessId { get; }

    int Port { get; }

    // How its server process was started, to start it again.
    ProcessRequest StartCommand { get; }

    // ssh that only signs in to the gateway and ends.
    ProcessRequest SignIn();

    // ssh that runs a command on the target; the gateway decrypts and encrypts again (two SSH connections, one after the other).
    ProcessRequest Run(string command, bool terminal);

    // An interactive shell on the target, by the same way.
    ProcessRequest Shell();

    // A command by ssh -J: the client's own SSH connection to the target's name goes through the gateway.
    ProcessRequest Jump(string command, bool terminal);

    Task StopAsync();
}
