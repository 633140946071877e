namespace Bastion.Cli.Output;

// One column of a table, or one line about a single object: its heading, and the property that it shows.
internal readonly record struct Column(string Heading, string Property);
