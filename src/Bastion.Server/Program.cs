using System.Net.Sockets;
using Bastion.Server.Admin;
using Bastion.Server.Audit;
using Bastion.Server.Certificates;
using Bastion.Server.Configuration;
using Bastion.Server.Diagnostics;
using Bastion.Server.Identity;
using Bastion.Server.Listener;
using Bastion.Server.Sessions;
using Bastion.Server.Storage;
using Bastion.Server.Targets;
using Microsoft.AspNetCore.Connections;

namespace Bastion.Server;

// The composition root: every feature adds itself, in the order in which they start. They stop the other way round.
internal static class Program
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    internal static async Task<int> Main(string[] args)
    {
        if (args.Contains("--help") || args.Contains("--version"))
        {
            Console.WriteLine(args.Contains("--help") ? CommandLine.Usage : NodeLifetime.Version);
            return 0;
        }

        if (CommandLine.Parse(args, out string error) is not { } command)
        {
            await Console.Error.WriteLineAsync($"{error}\n\n{CommandLine.Usage}");
            return WrongUsage;
        }

        try
        {
            ConfigStore config = new(ConfigStore.Load(command.ConfigFile));
            if (!command.CheckOnly)
            {
                using FileStream folderLock = config.Current.DataFolder.Prepare();
                await using WebApplication app = Build(config);
                await app.RunAsync();
            }

            return 0;
        }
        catch (ConfigException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return WrongUsage;
        }
        catch (StartupException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Failed;
        }
        catch (Exception exception) when (exception is SocketException or IOException { InnerException: AddressInUseException })
        {
            await Console.Error.WriteLineAsync(
                $"{exception.Message.Replace("http://", "", StringComparison.Ordinal)} "
                + "An address under 'listen' is taken (ss -ltnp shows by whom), is not this machine's, "
                + "or has a port below 1024 without the right to it.");
            return Failed;
        }
    }

    internal static WebApplication Build(ConfigStore config)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Bastion.Server" });
        builder.WebHost.UseKestrelCore();
        builder.Services
            .AddDiagnosticLog(config.Current)
            .AddConfiguration(config)
            .AddStorage()
            .AddAudit()
            .AddCertificates()
            .AddIdentity()
            .AddTargets()
            .AddSessions()
            .AddListener(config.Current)
            .AddAdmin();
        WebApplication app = builder.Build();
        app.MapAdmin();
        return app;
    }
}
