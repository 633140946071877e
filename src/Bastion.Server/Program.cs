namespace Bastion.Server; internal static class Program { internal static int Main() => 0; }
