namespace Bastion.Server.Configuration;

// Why the bastion cannot start, in words for whoever starts it: what is wrong and what to do. Program prints the message alone.
internal sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
