using System.Net;
using System.Text.Json;
using Bastion.Server.Audit;
using Bastion.Ssh;
using Bastion.Testing.Processes;
using Xunit;

namespace Bastion.Server.Tests.Admin;

public sealed class AdminApiTests(RunningBastion bastion) : IClassFixture<RunningBastion>
{
    [Fact(Timeout = 30_000)]
    public async Task Users_FromAddToDisable_ShowInEveryAnswer()
    {
        (int added, JsonElement user) = await bastion.SendAsync(
            HttpMethod.Post, "users", """{"name":"full-life","groups":["dev"],"attributes":{"email":"a@example.com"}}""");
        Assert.Equal((201, "full-life", "active", 1L), (added, Text(user, "name"), Text(user, "status"), user.GetProperty("epoch").GetInt64()));

        (_, JsonElement patched) = await bastion.SendAsync(HttpMethod.Patch, "users/full-life", """{"groups":["ops","dev"]}""");
        Assert.Equal(["dev", "ops"], patched.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));

        (int disabled, JsonElement off) = await bastion.SendAsync(HttpMethod.Post, "users/full-life/disable");
        Assert.Equal((200, "disabled", 2L, 0), (disabled, Text(off, "status"), off.GetProperty("epoch").GetInt64(), off.GetProperty("sessions_ended").GetInt32()));

        (_, JsonElement shown) = await bastion.SendAsync(HttpMethod.Get, "users/full-life");
        Assert.Equal("disabled", Text(shown, "status"));
        (_, JsonElement list) = await bastion.SendAsync(HttpMethod.Get, "users");
        Assert.Contains(list.GetProperty("items").EnumerateArray(), item => Text(item, "user") == "full-life");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("POST", "users", """{"name":"Alice"}""", 400, "'Alice' cannot be a user's name")]
    [InlineData("POST", "users", """{"name":"a,b"}""", 400, "cannot be a user's name")]
    [InlineData("POST", "users", """{"name":"x\u001b[2J"}""", 400, "'x\\u001b[2J' cannot be a user's name")]
    [InlineData("POST", "users", """{"name":"bad-group","groups":["A"]}""", 400, "'A' cannot be a group's name")]
    [InlineData("POST", "users", """{"name":"bad-attribute","attributes":{"email":"a\nb"}}""", 400, "text on one line")]
    [InlineData("POST", "users", """{"name":"misspelt","group":["dev"]}""", 400, "not the JSON that is expected, at $.group")]
    [InlineData("POST", "users", """{"groups":["dev"]}""", 400, "The request cannot be read")]
    [InlineData("POST", "users", """{"name":null}""", 400, "The request cannot be read")]
    [InlineData("POST", "users", """{"name":"null-group","groups":[null]}""", 400, "cannot be a group's name")]
    [InlineData("POST", "users", null, 400, "The request cannot be read")]
    [InlineData("POST", "users", """{"name":""", 400, "The request cannot be read")]
    [InlineData("GET", "users/nobody", null, 404, "There is no user 'nobody'")]
    [InlineData("POST", "users/nobody/disable", null, 404, "There is no user 'nobody'")]
    [InlineData("POST", "keys", """{"user":"nobody","key":"ssh-ed25519 AAAA","expires":"1d"}""", 400, "This is not a public key")]
    [InlineData("DELETE", "keys?fingerprint=SHA256:x", null, 404, "No key 'SHA256:x' is enrolled")]
    [InlineData("POST", "certificates", """{"user":"nobody","key":"x"}""", 400, "This is not a public key")]
    [InlineData("GET", "ssh-config?identity=a%0aProxyCommand%20x", null, 400, "The path of the identity")]
    [InlineData("POST", "targets/nope/check", null, 404, "There is no target 'nope'")]
    [InlineData("POST", "targets/web1/check?login=-x", null, 400, "'-x' cannot be a login")]
    [InlineData("GET", "sessions/nope", null, 404, "There is no session 'nope'")]
    [InlineData("DELETE", "sessions/nope", null, 404, "There is no live session 'nope'")]
    public async Task WrongRequest_IsAProblemThatSaysWhatToDo(string method, string path, string? json, int status, string title)
    {
        (int answered, JsonElement problem) = await bastion.SendAsync(new HttpMethod(method), path, json);

        Assert.Equal(status, answered);
        Assert.Contains(title, Text(problem, "title"));
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
    }

    [Fact(Timeout = 30_000)]
    public async Task Users_SameNameTwice_IsAConflict()
    {
        await bastion.SendAsync(HttpMethod.Post, "users", """{"name":"twice"}""");

        (int status, JsonElement problem) = await bastion.SendAsync(HttpMethod.Post, "users", """{"name":"twice"}""");

        Assert.Equal(409, status);
        Assert.Contains("taken", Text(problem, "title"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Keys_FromAddToRemove()
    {
        await bastion.SendAsync(HttpMethod.Post, "users", """{"name":"key-owner","groups":["dev"]}""");
        await bastion.SendAsync(HttpMethod.Post, "users", """{"name":"key-thief"}""");
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);
        string line = key.PublicKey.ToText("laptop");

        (int added, JsonElement enrolled) = await bastion.SendAsync(HttpMethod.Post, "keys", Json(("user", "key-owner"), ("key", line), ("expires", "90d")));
        Assert.Equal((201, key.PublicKey.Fingerprint, "laptop"), (added, Text(enrolled, "id"), Text(enrolled, "comment")));
        Assert.Equal($"-p {bastion.SshPort} key-owner@web1@bastion.example.com", Text(enrolled, "destination"));

        (int stolen, JsonElement conflict) = await bastion.SendAsync(HttpMethod.Post, "keys", Json(("user", "key-thief"), ("key", line), ("expires", "90d")));
        Assert.Equal(409, stolen);
        Assert.Contains("belongs to another user", Text(conflict, "title"));

        (_, JsonElement list) = await bastion.SendAsync(HttpMethod.Get, "keys?user=key-owner");
        Assert.Equal(key.PublicKey.Fingerprint, Text(Assert.Single(list.GetProperty("items").EnumerateArray()), "id"));
        (int removed, _) = await bastion.SendAsync(HttpMethod.Delete, $"keys?fingerprint={Uri.EscapeDataString(key.PublicKey.Fingerprint)}");
        Assert.Equal(200, removed);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("0")]
    [InlineData("367d")]
    [InlineData("2001-01-01")]
    [InlineData("soon")]
    [InlineData("9223372036854775807ms")]
    public async Task Keys_WithoutAnEndWithinAYear_AreRefused(string expires)
    {
        await bastion.SendAsync(HttpMethod.Post, "users", """{"name":"key-expiry"}""");
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);

        (int status, _) = await bastion.SendAsync(HttpMethod.Post, "keys", Json(("user", "key-expiry"), ("key", key.PublicKey.ToText()), ("expires", expires)));

        Assert.Equal(400, status);
    }

    [Fact(Timeout = 30_000)]
    public async Task Certificates_Issued_AreSignedByTheClientAuthority()
    {
        await bastion.SendAsync(HttpMethod.Post, "users", """{"name":"cert-owner"}""");
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.EcdsaP256);

        (int status, JsonElement issued) = await bastion.SendAsync(HttpMethod.Post, "certificates", $$"""
            {"user":"cert-owner","key":"{{key.PublicKey.ToText()}}","ttl":"10m","source_addresses":["192.0.2.1","2001:db8::/32"],"force_command":"uptime"}
            """);

        Assert.Equal(201, status);
        Assert.True(SshCertificate.TryParseText(Text(issued, "certificate"), out SshCertificate? certificate, out _, out string? error), error);
        Assert.Equal(["192.0.2.1/32", "2001:db8::/32"], certificate.SourceAddresses!.Select(network => network.ToString()));
        Assert.Equal(("uptime", $"{certificate.Serial}"), (certificate.ForceCommand, Text(issued, "id")));
        (_, JsonElement authorities) = await bastion.SendAsync(HttpMethod.Get, "cas");
        JsonElement client = authorities.GetProperty("items").EnumerateArray().Single(item => Text(item, "id") == "client");
        Assert.Equal(certificate.SignatureKey.Fingerprint, Text(client, "fingerprint"));
        Assert.Equal(JsonValueKind.Null, issued.GetProperty("destination").ValueKind); // no rule lets the user in anywhere
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"ttl":"9h"}""", 422)]
    [InlineData("""{"ttl":"1"}""", 400)]
    [InlineData("""{"source_addresses":["192.0.2.1/24"]}""", 400)]
    [InlineData("""{"source_addresses":["example.com"]}""", 400)]
    [InlineData("""{"source_addresses":[null]}""", 400)]
    [InlineData("""{"force_command":""}""", 400)]
    [InlineData("""{"force_command":"a\nb"}""", 400)]
    public async Task Certificates_WithAWrongRestriction_AreRefused(string restriction, int expected)
    {
        await bastion.SendAsync(HttpMethod.Post, "users", """{"name":"cert-wrong"}""");
        using PrivateKey key = PrivateKey.Generate(SshKeyKind.Ed25519);

        (int status, _) = await bastion.SendAsync(
            HttpMethod.Post, "certificates", $$"""{"user":"cert-wrong","key":"{{key.PublicKey.ToText()}}",{{restriction[1..]}}""");

        Assert.Equal(expected, status);
        (_, JsonElement list) = await bastion.SendAsync(HttpMethod.Get, "certificates?user=cert-wrong");
        Assert.Equal(0, list.GetProperty("items").GetArrayLength());
    }

    [Fact(Timeout = 30_000)]
    public async Task Cas_NeverServePrivateHalves()
    {
        (_, JsonElement authorities) = await bastion.SendAsync(HttpMethod.Get, "cas");

        Assert.Equal(["client", "target", "host"], authorities.GetProperty("items").EnumerateArray().Select(item => Text(item, "id")));
        Assert.DoesNotContain("PRIVATE", authorities.GetRawText());
    }

    [Fact(Timeout = 30_000)]
    public async Task SshConfig_TrustsTheHostAuthorityForRegisteredNamesOnly()
    {
        (_, JsonElement setup) = await bastion.SendAsync(HttpMethod.Get, "ssh-config?identity=~/.ssh/id_ed25519");

        string[] lines = Text(setup, "known_hosts").TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith($"@cert-authority [bastion.example.com]:{bastion.SshPort} ssh-ed25519 ", lines[0]);
        Assert.StartsWith("@cert-authority web1 ssh-ed25519 ", lines[1]);
        Assert.Contains("Host web1\n    IdentityFile ~/.ssh/id_ed25519\n    IdentitiesOnly yes\n    ProxyJump bastion\n", Text(setup, "ssh_config"));
    }

    [Fact(Timeout = 30_000)]
    public async Task TargetCheck_TargetThatIsDown_SaysWhereItStopped()
    {
        (int status, JsonElement steps) = await bastion.SendAsync(HttpMethod.Post, "targets/web1/check");

        JsonElement step = Assert.Single(steps.GetProperty("items").EnumerateArray());
        Assert.Equal((200, "reach", "failed"), (status, Text(step, "id"), Text(step, "status")));
    }

    [Fact(Timeout = 30_000)]
    public async Task Doctor_HealthyBastion_FindsNothingFailed()
    {
        (_, JsonElement findings) = await bastion.SendAsync(HttpMethod.Get, "doctor");

        Assert.All(findings.GetProperty("items").EnumerateArray(), finding => Assert.NotEqual("failed", Text(finding, "status")));
    }

    [Fact(Timeout = 30_000)]
    public async Task EveryChange_IsAudited_AlsoARefusedOne()
    {
        await bastion.SendAsync(HttpMethod.Post, "users", """{"name":"audited"}""");
        await bastion.SendAsync(HttpMethod.Post, "users", """{"name":"Audited!"}""");
        await bastion.SendAsync(HttpMethod.Post, "users", "no json");
        await bastion.SendAsync(HttpMethod.Get, "users/audited");
        // Audit lines are in order: when this one is there, the ones before are too.
        await bastion.Get<AuditLog>().WriteAsync(new AuditGap(0));

        string[] actions = [.. bastion.AuditLines.Where(line => line.Contains("\"admin.action\""))];
        Assert.Contains(actions, line => line.Contains("\"subject\":\"audited\"") && line.Contains("\"outcome\":\"201\"") && line.Contains("\"actor\":\"uid="));
        Assert.Contains(actions, line => line.Contains("\"subject\":\"Audited!\"") && line.Contains("\"outcome\":\"400\""));
        Assert.Contains(actions, line => line.Contains("\"subject\":\"\"") && line.Contains("\"outcome\":\"400\""));
        Assert.DoesNotContain(actions, line => line.Contains("GET "));
    }

    [Fact(Timeout = 30_000)]
    public async Task Http_ServesHealthAndNothingElse()
    {
        using HttpClient http = new() { BaseAddress = bastion.Http };

        using HttpResponseMessage health = await http.GetAsync("healthz");
        Assert.Equal((HttpStatusCode.OK, """{"status":"ok"}"""), (health.StatusCode, await health.Content.ReadAsStringAsync()));
        foreach (string path in (string[])["", "api/v1/users", "api/v1/cas", "healthz/", "healthz/../api/v1/users"])
        {
            using HttpResponseMessage other = await http.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        }

        using HttpResponseMessage post = await http.PostAsync("api/v1/users", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.NotFound, post.StatusCode);
    }

    [Fact]
    public void Socket_IsForTheOwnerOnly() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bastion.AdminSocket));

    // Even with folder and socket open to everybody, the kernel's word about the peer counts.
    [Fact(Timeout = 30_000)]
    public async Task Socket_AnotherAccount_IsHungUpOn()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can run a program as another account.");
        const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
        string parent = Path.GetDirectoryName(bastion.DataFolder)!;
        (UnixFileMode, UnixFileMode, UnixFileMode) before =
            (File.GetUnixFileMode(parent), File.GetUnixFileMode(bastion.DataFolder), File.GetUnixFileMode(bastion.AdminSocket));
        try
        {
            Array.ForEach([parent, bastion.DataFolder, bastion.AdminSocket], path => File.SetUnixFileMode(path, Everybody));
            ProcessResult asNobody = await RunCurlAsync("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "curl");
            ProcessResult asRoot = await RunCurlAsync("curl");

            Assert.NotEqual(0, asNobody.ExitCode);
            Assert.Empty(asNobody.Output);
            Assert.Equal("""{"status":"ok"}""", asRoot.Output);
        }
        finally
        {
            File.SetUnixFileMode(bastion.AdminSocket, before.Item3);
            File.SetUnixFileMode(bastion.DataFolder, before.Item2);
            File.SetUnixFileMode(parent, before.Item1);
        }

        Task<ProcessResult> RunCurlAsync(params string[] command) => ProcessRunner.RunAsync(
            command[0], [.. command[1..], "--silent", "--show-error", "--unix-socket", bastion.AdminSocket, "http://bastion/healthz"]);
    }

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;

    private static string Json(params (string Name, string Value)[] fields) =>
        JsonSerializer.Serialize(fields.ToDictionary(field => field.Name, field => field.Value));
}
