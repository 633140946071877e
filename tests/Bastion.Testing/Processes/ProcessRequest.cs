namespace Bastion.Testing.Processes;

/// <summary>What to run, and what to do with its three streams.</summary>
public sealed record ProcessRequest(string FileName, params IReadOnlyList<string> Arguments)
{
    /// <summary>Set on top of the test's own environment; a null value removes the variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public string? WorkingDirectory { get; init; }

    /// <summary>Standard input; the default is an empty one.</summary>
    public Stream Input { get; init; } = Stream.Null;

    /// <summary>Receives standard output; null keeps it in <see cref="ProcessResult.Output"/>.</summary>
    public Stream? Output { get; init; }

    /// <summary>Receives standard error; null keeps it in <see cref="ProcessResult.Error"/>.</summary>
    public Stream? Error { get; init; }

    /// <summary>After this time the process and its children are killed and the run throws.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How a process ended, and what it wrote.</summary>
public sealed record ProcessResult(string CommandLine, int ExitCode, string Output, string Error)
{
    /// <summary>The result itself when the exit code is the expected one; otherwise throws with all that is known.</summary>
    public ProcessResult ShouldExit(int expected = 0) => ExitCode == expected
        ? this
        : throw new InvalidOperationException($"Expected exit code {expected}.\n{this}");

    public override string ToString() => $"$ {CommandLine}\nexit code {ExitCode}\n--- stdout\n{Output}\n--- stderr\n{Error}";
}
