namespace Bastion.Cli; internal static class Program { internal static int Main() => 0; }
