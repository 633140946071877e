using Xunit;

namespace Bastion.Ssh.Tests;

public sealed class SshAlgorithmsTests
{
    // The lists are a promise to operators and to scanners: a change here is a change in the changelog.
    [Fact]
    public void Default_Lists_AreTheseInThisOrder()
    {
        SshAlgorithms algorithms = SshAlgorithms.Default;
        Assert.Equal(
            [
                "mlkem768x25519-sha256",
                "curve25519-sha256",
                "curve25519-sha256@libssh.org",
                "ecdh-sha2-nistp256",
                "ecdh-sha2-nistp384",
                "ecdh-sha2-nistp521",
                "sntrup761x25519-sha512",
                "sntrup761x25519-sha512@openssh.com",
            ],
            algorithms.Kex);
        Assert.Equal(
            [
                "chacha20-poly1305@openssh.com",
                "aes128-gcm@openssh.com",
                "aes256-gcm@openssh.com",
                "aes128-ctr",
                "aes256-ctr",
                "aes192-ctr",
            ],
            algorithms.Ciphers);
        Assert.Equal(
            ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"],
            algorithms.Macs);
        Assert.Equal("ssh-ed25519-cert-v01@openssh.com", algorithms.HostKeys[0]);
        Assert.DoesNotContain("ssh-rsa", algorithms.HostKeys);
    }

    [Fact]
    public void With_UnknownOrNoName_Throws()
    {
        Assert.Throws<ArgumentException>(() => SshAlgorithms.Default with { Kex = ["diffie-hellman-group14-sha1"] });
        Assert.Throws<ArgumentException>(() => SshAlgorithms.Default with { Kex = ["ext-info-c"] });
        Assert.Throws<ArgumentException>(() => SshAlgorithms.Default with { HostKeys = ["ssh-rsa"] });
        Assert.Throws<ArgumentException>(() => SshAlgorithms.Default with { Ciphers = ["aes128-cbc"] });
        Assert.Throws<ArgumentException>(() => SshAlgorithms.Default with { Macs = ["hmac-sha1"] });
        Assert.Throws<ArgumentException>(() => SshAlgorithms.Default with { Ciphers = [] });
    }

    [Fact]
    public void With_CallersArray_IsCopied()
    {
        string[] names = ["aes256-ctr"];
        SshAlgorithms algorithms = SshAlgorithms.Default with { Ciphers = names };
        names[0] = "none";
        Assert.Equal(["aes256-ctr"], algorithms.Ciphers);
        Assert.Equal(6, SshAlgorithms.Default.Ciphers.Count);
    }
}
