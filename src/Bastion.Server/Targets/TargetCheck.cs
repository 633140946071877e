using Bastion.Server.Certificates;
using Bastion.Server.Configuration;
using Bastion.Server.Targets.Command;
using Bastion.Ssh;

namespace Bastion.Server.Targets;

// One step on the way to a target: ok, failed, or skipped because nothing was given to try it with.
internal sealed record TargetCheckStep(string Id, string Status, string Detail, string? Fix)
{
    internal static TargetCheckStep Ok(string id, string detail) => new(id, "ok", detail, null);

    internal static TargetCheckStep Failed(string id, string detail, string? fix) => new(id, "failed", detail, fix);

    internal static TargetCheckStep Skipped(string id, string detail, string fix) => new(id, "skipped", detail, fix);
}

// Goes the way of a session for an administrator, step by step: reach the machine, prove who it is, sign in. It opens no channel and
// leaves nothing behind but a line in the target's log.
internal sealed class TargetCheck(
    ConfigStore config, TargetDialer dialer, HostKeyVerifier verifier, TargetCertificateIssuer certificates, TimeProvider time, ILogger<TargetCheck> logger)
{
    internal async Task<IReadOnlyList<TargetCheckStep>> ExamineAsync(
        TargetModel target, string? login, string actor, CancellationToken cancellationToken) => target switch
        {
            SshTargetModel machine => await ExamineMachineAsync(machine, login, actor, cancellationToken),
            CommandTargetModel program => ExamineProgram(program),
            _ => throw new InvalidOperationException("There is no other kind of target."),
        };

    private async Task<IReadOnlyList<TargetCheckStep>> ExamineMachineAsync(
        SshTargetModel target, string? login, string actor, CancellationToken cancellationToken)
    {
        DialResult dialled = await dialer.DialAsync(target, cancellationToken);
        if (dialled.Pipe is null)
        {
            return [TargetCheckStep.Failed("reach", dialled.Message, "check address, name service and firewalls between the bastion and the target")];
        }

        await using SocketPipe pipe = dialled.Pipe;
        using TargetCredential? credential = login is null ? null : certificates.IssueForCheck(actor, target.Name, login);
        TargetCheckStep? hostKey = null;
        SshClientConnection connection = new(pipe, new SshClientOptions
        {
            // Without a login nothing is offered, so nobody can be signed in; the exchange before it says all about the host key.
            UserName = login ?? "nobody",
            Identities = credential is null ? [] : [new SshClientIdentity(credential.Key, credential.Certificate)],
            VerifyHostKey = (offer, _) =>
            {
                string? refusal = verifier.Refuse(target, offer);
                hostKey = refusal is null
                    ? TargetCheckStep.Ok("host key", $"{offer.Key.KeyType} {offer.Key.Fingerprint}{(offer.Certificate is null ? "" : " with a certificate")}")
                    : TargetCheckStep.Failed("host key", refusal, "compare with ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on the target's console");
                return ValueTask.FromResult(refusal is null);
            },
            Algorithms = SshTargetConnector.AlgorithmsFor(target),
            TimeProvider = time,
            Logger = logger,
        });
        Task<SshConnectionEnd> running = connection.RunAsync();
        TargetCheckStep signIn = await SignInAsync(connection, target, login, cancellationToken);
        connection.Disconnect(DisconnectReason.ByApplication, "The check is over.");
        await running;
        TargetCheckStep reach = TargetCheckStep.Ok("reach", $"{target.Host}:{target.Port}");
        return hostKey is null ? [reach, signIn] : hostKey.Status == "failed" ? [reach, hostKey] : [reach, hostKey, signIn];
    }

    private async Task<TargetCheckStep> SignInAsync(
        SshClientConnection connection, SshTargetModel target, string? login, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SignedIn.WaitAsync(config.Current.Dial.Timeout, time, cancellationToken);
            return login is null
                ? TargetCheckStep.Failed("sign-in", "the target lets in anybody, without a key", "forbid empty passwords and the method 'none' in its sshd_config")
                : TargetCheckStep.Ok("sign-in", $"as {login}");
        }
        catch (SshConnectException exception) when (exception.End.Reason == ConnectionEndReason.SignInFailed)
        {
            return login is null
                ? TargetCheckStep.Skipped("sign-in", "no login was given", $"bastion target check {target.Name} --login NAME")
                : TargetCheckStep.Failed(
                    "sign-in",
                    $"the target does not let the bastion in as {login}",
                    $"put the line of 'bastion ca show target' into the file that TrustedUserCAKeys in its sshd_config names, and see that the account {login} exists");
        }
        catch (SshConnectException exception)
        {
            return TargetCheckStep.Failed("connect", exception.End.Message, "the target's own log may say more");
        }
        catch (TimeoutException)
        {
            return TargetCheckStep.Failed("connect", "no answer in time", "see whether an SSH server listens there, and its log");
        }
    }

    private static List<TargetCheckStep> ExamineProgram(CommandTargetModel target)
    {
        (Account? account, string? refusal) = RunAs.Decide(target, LibC.EffectiveUserId());
        TargetCheckStep runAs = refusal is not null ? TargetCheckStep.Failed("account", refusal, null)
            : account is not null ? TargetCheckStep.Ok("account", account.Name)
            : TargetCheckStep.Ok("account", "the bastion's own (unsafe_same_user): for a demo on your own machine only");
        TargetCheckStep program = File.Exists(target.Command[0])
            ? TargetCheckStep.Ok("program", target.Command[0])
            : TargetCheckStep.Failed("program", $"{target.Command[0]} does not exist", "install it, or correct 'command'");
        return [runAs, program];
    }
}
