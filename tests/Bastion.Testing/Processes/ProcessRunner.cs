using System.Diagnostics;
using System.Text;
using Xunit;

namespace Bastion.Testing.Processes;

/// <summary>Runs a program to its end, or to the end of the test that asked for it.</summary>
public static class ProcessRunner
{
    // Large reads keep the test out of the way of what it measures; as ssh's own channel packets (32 KiB) and more.
    private const int CopyBuffer = 128 * 1024;

    public static Task<ProcessResult> RunAsync(string fileName, params IReadOnlyList<string> arguments) =>
        RunAsync(new ProcessRequest(fileName, arguments));

    public static async Task<ProcessResult> RunAsync(ProcessRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        using var process = new Process { StartInfo = StartInfo(request) };
        using var timeout = new CancellationTokenSource(request.Timeout, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, TestContext.Current.CancellationToken);
        process.Start();
        Task input = FeedAsync(request.Input, process, stop.Token);
        Task outputDone = process.StandardOutput.BaseStream.CopyToAsync(request.Output ?? output, CopyBuffer, stop.Token);
        Task errorDone = process.StandardError.BaseStream.CopyToAsync(request.Error ?? error, CopyBuffer, stop.Token);
        try
        {
            await Task.WhenAll(outputDone, errorDone, process.WaitForExitAsync(stop.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"Did not end within {request.Timeout}.\n{Result(-1)}");
        }
        // a program may end without reading all of its input; what is left of it is of no interest
        await stop.CancelAsync();
        await input;
        return Result(process.ExitCode);

        ProcessResult Result(int exitCode) => new(
            string.Join(' ', [request.FileName, .. request.Arguments]), exitCode, Text(output), Text(error));
    }

    internal static ProcessStartInfo StartInfo(ProcessRequest request)
    {
        var info = new ProcessStartInfo(request.FileName, request.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = request.WorkingDirectory ?? "",
        };
        // messages of other programs are compared with English ones
        info.Environment["LC_ALL"] = "C.UTF-8";
        foreach ((string name, string? value) in request.Environment)
        {
            info.Environment[name] = value;
        }
        return info;
    }

    private static async Task FeedAsync(Stream input, Process process, CancellationToken stop)
    {
        try
        {
            await input.CopyToAsync(process.StandardInput.BaseStream, CopyBuffer, stop);
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // the program closed its input or has ended, and says so by its exit code
        }
    }

    private static string Text(MemoryStream stream) => Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
}
