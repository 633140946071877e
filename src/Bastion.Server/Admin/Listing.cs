namespace Bastion.Server.Admin;

// The one form of every listing.
internal sealed record Listing<T>(IReadOnlyList<T> Items);
